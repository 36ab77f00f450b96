import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.core.commands import MENU
from tests.platforms.webchat.conftest import Web

PAGE = Path(__file__).parents[3] / "bot/platforms/webchat/page"
SOURCES = sorted(PAGE.iterdir())


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


async def _get(chat: Web, path: str) -> tuple[int, dict[str, str], str]:
    async with chat.http.get(chat.url + path) as answer:
        return answer.status, dict(answer.headers), await answer.text()


async def test_the_page_allows_nothing_but_its_own_files(chat: Web) -> None:
    _, headers, text = await _get(chat, "/")
    policy = dict(rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    for tag, attributes in _Tags(text).tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes), tag
        assert tag != "style"
        if tag == "script":
            assert attributes["src"] == "/static/chat.js"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_file_of_the_page_reaches_outside(source: Path) -> None:
    text = source.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:https?:)?//[a-z0-9]", re.sub(r"(?m)^\s*//.*$|; // .*$", "", text))
    assert "@import" not in text


@pytest.mark.parametrize(
    "word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("]
)
def test_no_script_reads_words_as_markup(word: str) -> None:
    assert all(word not in source.read_text("utf-8") for source in PAGE.glob("*.js"))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("chat.js", "text/javascript"),
        ("draw.js", "text/javascript"),
        ("chat.css", "text/css"),
        ("icon.svg", "image/svg"),
    ],
)
async def test_files_are_served_with_their_type(chat: Web, path: str, kind: str) -> None:
    status, headers, text = await _get(chat, f"/static/{path}")
    assert status == 200
    assert headers["Content-Type"].startswith(kind)
    assert text == (PAGE / path).read_text("utf-8")


@pytest.mark.parametrize("path", ["index.html", "nothing.js", "..%2Flistener.py", "%2e%2e%2f__init__.py", "chat.js%00"])
async def test_nothing_else_is_served(chat: Web, path: str) -> None:
    status, _, text = await _get(chat, f"/static/{path}")
    assert status in (400, 404)
    assert "import" not in text


async def test_every_word_of_the_page_comes_from_the_sentences(chat: Web) -> None:
    _, _, text = await _get(chat, "/?chat=my-chat")
    assert "{{" not in text
    assert 'data-chat="my-chat"' in text
    assert "This is a trial chat" in text
    shortcuts = re.findall(r'data-say="/(\w+)"', text)
    assert shortcuts
    assert set(shortcuts) <= set(MENU)


async def test_every_field_has_a_label_and_the_log_is_one(chat: Web) -> None:
    _, _, text = await _get(chat, "/")
    tags = _Tags(text).tags
    labels = {attributes.get("for") for tag, attributes in tags if tag == "label"}
    assert {attributes["id"] for tag, attributes in tags if tag == "input"} <= labels
    assert any(a.get("role") == "log" and a.get("aria-live") == "polite" for _, a in tags)


def _themes() -> list[dict[str, str]]:
    text = (PAGE / "chat.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in text.split(":root {")[1:3])
    return [light, light | dark]


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", _themes(), ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("ink", "paper", 4.5),
        ("ink", "card", 4.5),
        ("faint", "paper", 4.5),
        ("faint", "card", 4.5),
        ("accent", "card", 4.5),
        ("accent", "paper", 4.5),
        ("accent", "tint", 4.5),
        ("accent", "tint-strong", 4.5),
        ("on-accent", "accent", 4.5),
        ("on-mine", "mine", 4.5),
        ("warn", "card", 4.5),
        ("edge", "card", 3),
        ("edge", "paper", 3),
        ("live", "card", 3),
    ],
)
def test_words_stand_out_from_their_ground(theme: dict[str, str], ink: str, paper: str, least: float) -> None:
    # WCAG 2.2, success criteria 1.4.3 and 1.4.11
    dark, bright = sorted((_luminance(theme[ink]), _luminance(theme[paper])))
    assert (bright + 0.05) / (dark + 0.05) >= least
