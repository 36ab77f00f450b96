"""The operator's feeds and places: what is there can be read, and each mistake is one clear sentence."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config_folder import ConfigError, read_feeds, read_lexicon
from bot.core.feed import FeedSource
from bot.core.filters.grammar import read_filters

CONFIG = Path(__file__).parents[1] / "config"
GOOD = 'name = "News"\nurl = "https://news.example/feed"\n'


def read(folder: Path, toml: str, *, trusted: bool = False) -> list[FeedSource]:
    (folder / "feeds.toml").write_text(toml, encoding="utf-8")
    return read_feeds(folder, trusted=trusted)


def feed(*lines: str) -> str:
    return "[[feed]]\n" + GOOD + "\n".join(lines) + "\n"


# The project's own files


def test_the_new_humanitarian_alone_is_on_at_first() -> None:
    (source,) = read_feeds(CONFIG, trusted=False)
    assert source == FeedSource(
        name="The New Humanitarian",
        url="https://www.thenewhumanitarian.org/rss/all.xml",
        fallbacks=("https://www.thenewhumanitarian.org/rss.xml",),
        interval=timedelta(minutes=5),
        language="en",
        articles=True,
    )


def test_every_feed_that_is_offered_can_be_switched_on(tmp_path: Path) -> None:
    names = read_lexicon(CONFIG)
    written = (CONFIG / "feeds.toml").read_text(encoding="utf-8")
    sources = read(tmp_path, written.replace("on = false", "on = true"))
    assert len(sources) == written.count("\n[[feed]]")
    assert {"ReliefWeb", "GDACS", "UN News", "BBC World", "Al Jazeera"} <= {source.name for source in sources}
    assert all(source.interval >= timedelta(minutes=5) and source.language for source in sources)
    for source in sources:
        assert not source.only or read_filters(source.only, names).filters


def test_the_places_can_be_read_and_found() -> None:
    names = read_lexicon(CONFIG).places
    mali = names.named("mali")
    assert mali is not None
    assert mali.code == "ML"


# What can be written


def test_every_key_has_its_effect(tmp_path: Path) -> None:
    (plain,) = read(tmp_path, feed())
    assert plain == FeedSource("News", "https://news.example/feed", articles=False)
    (full,) = read(
        tmp_path,
        feed(
            'fallback = ["https://news.example/b", "http://news.example/c"]',
            'interval = "15m"',
            'language = "fr"',
            'country = "gdacs"',
            'only = "mali"',
            'levels = ["orange", "Red"]',
            "on = true",
        ),
        trusted=True,
    )
    assert full == FeedSource(
        "News",
        "https://news.example/feed",
        fallbacks=("https://news.example/b", "http://news.example/c"),
        interval=timedelta(minutes=15),
        language="fr",
        places_in="gdacs",
        only="mali",
        levels=("Orange", "Red"),
        articles=False,
        trusted=True,
    )


@pytest.mark.parametrize(
    ("country", "places_in", "articles"),
    [
        ("page", "", True),
        ("text", "", False),
        ("gdacs", "gdacs", False),
        ("reliefweb", "reliefweb", False),
        ("category", "category", False),
    ],
)
def test_a_feeds_country_is_found_where_it_says(tmp_path: Path, country: str, places_in: str, articles: bool) -> None:
    (source,) = read(tmp_path, feed(f'country = "{country}"'))
    assert (source.places_in, source.articles) == (places_in, articles)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [('"5m"', 300), ('"300"', 300), ("300", 300), ('"1.5h"', 5400), ('"90s"', 90), ('" 2 h "', 7200), ('"1s"', 60)],
)
def test_an_interval_has_a_unit_and_is_a_minute_at_least(tmp_path: Path, written: str, seconds: float) -> None:
    (source,) = read(tmp_path, feed(f"interval = {written}"))
    assert source.interval == timedelta(seconds=seconds)


def test_a_feed_that_is_off_is_checked_but_not_polled(tmp_path: Path) -> None:
    assert read(tmp_path, feed("on = false")) == []
    with pytest.raises(ConfigError):
        read(tmp_path, feed("on = false", 'country = "mars"'))


def test_a_file_without_feeds_gives_none(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == []


# What is wrong


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[[feed]\n", "is not valid TOML: "),
        ('[[feeds]]\nname = "x"\n', "“feeds” is not known; each feed begins with [[feed]]."),
        ('[feed]\nname = "x"\n', "feed is not a list; each feed begins with [[feed]], in two brackets."),
        ("feed = [1]\n", "feed is not a list; each feed begins with [[feed]], in two brackets."),
        ('[[feed]]\nurl = "https://x.example/"\n', "feed 1 has no name; it needs name and url."),
        ('[[feed]]\nname = "x"\n', "feed 1 has no url; it needs name and url."),
        ('[[feed]]\nname = ""\nurl = "https://x.example/"\n', "feed 1 has no name; it needs name and url."),
        (feed() + '[[feed]]\nname = "y"\nurl = 7\n', "feed 2 has no url; it needs name and url."),
        (feed('intervall = "5m"'), "feed 1 (News): “intervall” is not known; expected country, fallback, "),
        (feed('country = "mars"'), "feed 1 (News): country is “mars”, expected page, text, gdacs, "),
        (feed('country = ["ML"]'), "feed 1 (News): country is “['ML']”, expected a text in quotation marks."),
        (feed("language = 7"), "feed 1 (News): language is “7”, expected a text in quotation marks."),
        (feed("only = true"), "feed 1 (News): only is “True”, expected a text in quotation marks."),
        (feed('fallback = "https://x.example"'), "feed 1 (News): fallback is “https://x.example”, expected a list"),
        (feed('fallback = ["x.example"]'), "feed 1 (News): url is “x.example”, expected an address that begins"),
        (feed('levels = "Red"'), "feed 1 (News): levels is “Red”, expected a list of texts"),
        (feed("levels = [1]"), "feed 1 (News): levels is “[1]”, expected a list of texts"),
        (feed('on = "false"'), "feed 1 (News): on is “false”, expected true or false, without quotation marks."),
        (feed('interval = "soon"'), "feed 1 (News): interval is “soon”, expected a number with s, m or h"),
        (feed("interval = -5"), "feed 1 (News): interval is “-5”, expected a number with s, m or h"),
        (feed("interval = 0"), "feed 1 (News): interval is “0”, expected a number with s, m or h"),
        (feed('interval = "99999999999999h"'), "feed 1 (News): interval is “99999999999999h”, expected a number"),
        (feed() + feed(), "https://news.example/feed is listed twice; keep one of them."),
        ('[[feed]]\nname = "x"\nurl = "news.example"\n', "feed 1 (x): url is “news.example”, expected an address"),
        ('[[feed]]\nname = "x"\nurl = "https://"\n', "feed 1 (x): url is “https://”, expected an address"),
        ('[[feed]]\nname = "x"\nurl = "https://[::1"\n', "feed 1 (x): url is “https://[::1”, expected an address"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_file_and_the_place(tmp_path: Path, toml: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, toml)
    sentence = str(caught.value)
    assert sentence.startswith(str(tmp_path / "feeds.toml"))
    assert told in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_bytes(b"\xff\xfe[[feed]]")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        read_feeds(tmp_path, trusted=False)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"feeds\.toml cannot be read: No such file or directory\.$"):
        read_feeds(tmp_path, trusted=False)


def test_a_folder_without_places_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no file of places is there; BOT_CONFIG should name the config folder"):
        read_lexicon(tmp_path)


def test_places_that_make_no_sense_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    for each in (CONFIG / "places").glob("*.toml"):
        text = each.read_text(encoding="utf-8").replace('also = ["Burkina",', 'also = ["Niger",')
        (tmp_path / "places" / each.name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"places: its files do not fit together: .*Niger"):
        read_lexicon(tmp_path)
