"""One line and one counter for each outcome, and never a secret."""

import logging
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from bot.core.chat import Address, Chat, ChatKind, ChatState, Platform
from bot.core.delivery import Delivery, State, Verdict
from bot.core.editing import Edit
from bot.core.feed import Feed, FeedSource
from bot.core.outcomes import Failed, Fault, Fetched, NotModified
from bot.core.stores import Recorded
from bot.core.story import Story
from bot.observe import Observation, Redaction, configure_logging
from tests.fakes.clock import START

TOKEN = "7412345678:AAFhidden-token_of_telegram_35char"
SECRETS = [TOKEN, "xoxb-1111-hidden", "pass word@db", "8f742231hidden"]


@pytest.fixture
def redaction() -> Redaction:
    return Redaction(SECRETS)


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    root, hook, level = logging.getLogger(), sys.excepthook, logging.getLogger().level
    named = {name: log.level for name, log in logging.Logger.manager.loggerDict.items() if hasattr(log, "level")}
    yield
    for handler in [each for each in root.handlers if isinstance(each.formatter, Redaction)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    sys.excepthook = hook
    for name, before in named.items():
        logging.getLogger(name).setLevel(before)


def configure(level: str, secrets: list[str]) -> None:
    """Configure logging; pytest's own handlers are put aside first, for ours would close them."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    configure_logging(level, secrets)


@pytest.fixture
def observed(logging_as_it_was: None) -> "Observed":
    registry, written = CollectorRegistry(), StringIO()
    with redirect_stderr(written):
        configure("DEBUG", SECRETS)
    return Observed(Observation(registry), registry, written)


class Observed:
    """An observer with what it wrote and counted."""

    def __init__(self, tell: Observation, registry: CollectorRegistry, written: StringIO) -> None:
        self.tell, self.registry, self._written = tell, registry, written

    @property
    def text(self) -> str:
        return self._written.getvalue()

    def lines(self) -> list[str]:
        return [line[20:] for line in self.text.splitlines()]

    def count(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"crisis_bot_{name}_total", labels)


# Secrets


@pytest.mark.parametrize(
    "text",
    [
        f"the token is {TOKEN}",
        f"POST https://api.telegram.org/bot{TOKEN}/sendMessage failed",
        f"https://api.telegram.org/bot{TOKEN.replace(':', '%3A')}/getMe",
        "Authorization: Bearer xoxb-1111-hidden",
        "connection to pass word@db failed",
        "connection to pass%20word%40db failed",
        "signature of 8f742231hidden",
    ],
)
def test_a_secret_of_ours_is_masked_however_it_is_written(redaction: Redaction, text: str) -> None:
    masked = redaction.mask(text)
    assert "***" in masked
    assert not any(secret in masked for secret in SECRETS)
    assert "hidden" not in masked
    assert "word" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "1234567:another-hidden_token_of_35_chars_x",
        "https://api.telegram.org/bot1234567:another-hidden_token_of_35_chars_x/getMe",
        "https://api.telegram.org/bot1234567%3Aanother-hidden_token_of_35_chars_x/getMe",
        "xoxp-2222-hidden-token",
        "xapp-1-A000-hidden",
        "postgresql://bot:hidden@db.example/bot",
    ],
)
def test_what_looks_like_a_token_is_masked_though_nobody_named_it(text: str) -> None:
    masked = Redaction([]).mask(text)
    assert "***" in masked
    assert "hidden" not in masked


@pytest.mark.parametrize(
    "text",
    ["poll The New Humanitarian: 3 new, 40 deliveries", "story 12 for telegram:7412345678/-100: sent", "12:30:45"],
)
def test_what_is_no_secret_stays_readable(redaction: Redaction, text: str) -> None:
    assert redaction.mask(text) == text


def test_a_short_secret_masks_no_ordinary_words() -> None:
    assert Redaction(["", "a", "bot"]).mask("a bot") == "a bot"


def test_the_longer_of_two_secrets_is_masked_whole() -> None:
    assert Redaction(["hidden", "hidden-and-more"]).mask("hidden-and-more") == "***"


def test_secrets_are_masked_in_messages_arguments_and_tracebacks(observed: Observed) -> None:
    log = logging.getLogger("some.library")
    log.warning("calling %s", TOKEN)
    log.warning("%(url)s", {"url": f"https://api.telegram.org/bot{TOKEN}/x"})
    try:
        try:
            raise ValueError(f"inner {TOKEN}")
        except ValueError as error:
            raise RuntimeError("outer xoxb-1111-hidden") from error
    except RuntimeError:
        log.exception("it broke")
    log.warning("with a stack of %r", [TOKEN], stack_info=True)
    assert "RuntimeError: outer ***" in observed.text
    assert "ValueError: inner ***" in observed.text
    assert "hidden" not in observed.text


def test_an_error_nobody_caught_is_printed_masked(logging_as_it_was: None, capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", SECRETS)
    error = RuntimeError(f"no answer from /bot{TOKEN}/getMe")
    sys.excepthook(RuntimeError, error, None)
    written = capsys.readouterr().err
    assert "RuntimeError: no answer from /bot***/getMe" in written
    assert "hidden" not in written


@pytest.mark.parametrize(("level", "heard"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)])
def test_the_level_decides_what_is_heard(
    logging_as_it_was: None, capsys: pytest.CaptureFixture[str], level: str, heard: int
) -> None:
    configure(level, [])
    for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logging.getLogger("bot").log(number, "a line")
    assert capsys.readouterr().err.count("a line") == heard


@pytest.mark.parametrize(
    "library", ["httpx", "telegram.ext", "slack_bolt.App", "slack_sdk", "aiohttp.access", "alembic"]
)
def test_libraries_are_heard_only_when_something_is_wrong(
    logging_as_it_was: None, capsys: pytest.CaptureFixture[str], library: str
) -> None:
    configure("DEBUG", [])
    logging.getLogger(library).info("chatter")
    logging.getLogger(library).warning("trouble")
    written = capsys.readouterr().err
    assert "chatter" not in written
    assert "trouble" in written


def test_apscheduler_is_not_heard_on_runs_it_leaves_out(
    logging_as_it_was: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("DEBUG", [])
    logging.getLogger("apscheduler.scheduler").warning("maximum number of running instances reached")
    logging.getLogger("apscheduler.executors").error("raised an exception")
    assert "maximum" not in (written := capsys.readouterr().err)
    assert "raised" in written


# One line, one counter

FEED = Feed(1, FeedSource("News", "https://news.example/feed"))
FETCHED = Fetched(b"", "https://news.example/feed")


@pytest.mark.parametrize(
    ("outcome", "recorded", "line", "label"),
    [
        (FETCHED, Recorded(2, 7), "INFO    poll News: 2 new, 7 deliveries", "new"),
        (FETCHED, Recorded(0, 0), "DEBUG   poll News: nothing new", "unchanged"),
        (NotModified(), Recorded(0, 0), "DEBUG   poll News: nothing new", "unchanged"),
        (Failed(Fault.GONE, "410 Gone"), Recorded(0, 0), "WARNING poll News: gone (410 Gone)", "gone"),
    ],
)
def test_a_poll_is_one_line_and_one_count(
    observed: Observed, outcome: Fetched | NotModified | Failed, recorded: Recorded, line: str, label: str
) -> None:
    observed.tell.polled(FEED, outcome, recorded)
    assert observed.lines() == [line]
    assert observed.count("polls", feed="News", outcome=label) == 1
    assert observed.count("stories", feed="News") == recorded.stories


CHAT = Chat(
    5, Address(Platform.TELEGRAM, "telegram:1", "42"), ChatKind.PRIVATE, "", "", ChatState.ACTIVE, False, "", START
)
STORY = Story((), "Title", "https://news.example/x", "", "News", "news", "en", START, "f", id=9)


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (Verdict(State.SENT, message_id="1"), "INFO    story 9 for telegram:1/42: sent"),
        (Verdict(State.DEAD, error="too long"), "WARNING story 9 for telegram:1/42: dead (too long)"),
        (Verdict(State.CANCELLED, error="blocked"), "WARNING story 9 for telegram:1/42: cancelled (blocked)"),
        (Verdict(State.UNCERTAIN, error="no answer"), "WARNING story 9 for telegram:1/42: uncertain (no answer)"),
        (Verdict(State.QUEUED, START, error="502"), "WARNING story 9 for telegram:1/42: queued (502)"),
        (Verdict(State.QUEUED, START, error="429", counts=False), "DEBUG   story 9 for telegram:1/42: queued (429)"),
    ],
)
def test_the_end_of_a_send_is_one_line_and_one_count(observed: Observed, verdict: Verdict, line: str) -> None:
    observed.tell.delivered(Delivery(1, "lease", CHAT, STORY, (), START), verdict)
    assert observed.lines() == [line]
    assert observed.count("deliveries", platform="telegram", state=verdict.state.value) == 1


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (Verdict(State.SENT), "INFO    edit of delivery 1 for telegram:1/42: sent"),
        (Verdict(State.DEAD, error="not found"), "INFO    edit of delivery 1 for telegram:1/42: dead (not found)"),
        (Verdict(State.QUEUED, error="x", counts=False), "DEBUG   edit of delivery 1 for telegram:1/42: queued (x)"),
    ],
)
def test_the_end_of_an_edit_is_one_line_and_one_count(observed: Observed, verdict: Verdict, line: str) -> None:
    observed.tell.edited(Edit(5, "lease", Delivery(1, "", CHAT, STORY, (), START), "m"), verdict)
    assert observed.lines() == [line]
    assert observed.count("edits", platform="telegram", state=verdict.state.value) == 1


def test_an_answer_a_notice_and_a_filter_are_one_line_and_one_count_each(observed: Observed) -> None:
    observed.tell.answered("slack", "follow")
    observed.tell.notice("News is no longer polled: 410 Gone")
    observed.tell.unreadable_filter("country:XX")
    assert observed.lines() == [
        "INFO    command follow on slack",
        "WARNING notice: News is no longer polled: 410 Gone",
        "WARNING notice: a kept filter can no longer be read: country:XX",
    ]
    assert observed.count("answers", platform="slack", verb="follow") == 1
    assert observed.count("notices") == 2


def test_the_age_of_what_waits_is_shown_for_each_lane_until_nothing_does(observed: Observed) -> None:
    def shown(lane: str) -> float | None:
        return observed.registry.get_sample_value("crisis_bot_oldest_waiting_seconds", {"lane": lane})

    observed.tell.waiting({"telegram:1": 12.5, "slack:T1": 3.0})
    observed.tell.waiting({"slack:T1": 4.0})
    assert (shown("telegram:1"), shown("slack:T1"), shown("telegram:2")) == (0.0, 4.0, None)


def test_trouble_is_told_with_its_traceback_and_without_its_secrets(observed: Observed) -> None:
    observed.tell.trouble("polling News", RuntimeError(f"at /bot{TOKEN}/x"))
    assert observed.lines()[0] == "ERROR   trouble while polling News: RuntimeError"
    assert "RuntimeError: at /bot***/x" in observed.text
    assert "hidden" not in observed.text
    assert observed.count("troubles") == 1


def test_a_feeds_name_is_counted_as_it_is_written(observed: Observed) -> None:
    named = replace(FEED, source=replace(FEED.source, name='أخبار "x"\n'))
    observed.tell.polled(named, NotModified(), Recorded(0, 0))
    assert generate_latest(observed.registry)
