"""One log line and one counter for each outcome, and never a secret."""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.core.delivery import Delivery, State, Verdict
from bot.core.editing import Edit
from bot.core.feed import Feed
from bot.core.outcomes import Failed, Fetched, NotModified
from bot.core.stores import Recorded

_LOG = logging.getLogger("bot")
_MASK = "***"
# Tokens by their shape, for those that reach a log from outside our settings (a URL in a library's error, where a
# Telegram token follows the word "bot" without a break).
_SHAPES = re.compile(
    r"(?<!\d)\d{6,}(?::|%3A)[\w-]{20,}|\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
_QUIET = ("httpx", "httpcore", "aiohttp.access", "alembic", "telegram", "slack_bolt", "slack_sdk")


class Redaction(logging.Formatter):
    """Formats a record, traceback included, and masks every secret in what comes out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S")
        written = {form for secret in secrets if len(secret) > 3 for form in (secret, quote(secret, safe=""))}
        known = sorted(written, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        return self.mask(super().format(record))

    def mask(self, text: str) -> str:
        """Return text with every known secret, and all that looks like a token, masked."""
        return _SHAPES.sub(_MASK, self._known.sub(_MASK, text) if self._known else text)


def configure_logging(level: str, secrets: Iterable[str]) -> Redaction:
    """Send the log to standard error, a line each; libraries are heard only when something is wrong."""
    redaction = Redaction(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(redaction)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of every run it leaves out while one goes on; our own watch tells of those, less often.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    sys.excepthook = lambda kind, error, trace: sys.stderr.write(
        redaction.mask("".join(traceback.format_exception(kind, error, trace)))
    )
    return redaction


class Observation:
    """Fulfils `bot.core.ports.Observer`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"crisis_bot_{name}", text, labels, registry=registry)

        self._polls = counter("polls", "Visits to feeds", "feed", "outcome")
        self._stories = counter("stories", "New stories", "feed")
        self._deliveries = counter("deliveries", "Ends of sends", "platform", "state")
        self._edits = counter("edits", "Ends of edits", "platform", "state")
        self._waiting = Gauge(
            "crisis_bot_oldest_waiting_seconds", "Age of the oldest waiting delivery", ("lane",), registry=registry
        )
        self._waited: dict[str, None] = {}
        self._answers = counter("answers", "Commands answered", "platform", "verb")
        self._notices = counter("notices", "What an operator should look at")
        self._troubles = counter("troubles", "Unexpected errors")

    def polled(self, feed: Feed, outcome: Fetched | NotModified | Failed, recorded: Recorded) -> None:
        name = feed.source.name
        self._stories.labels(name).inc(recorded.stories)
        match outcome:
            case Failed():
                self._polls.labels(name, outcome.fault.value).inc()
                _LOG.warning("poll %s: %s (%s)", name, outcome.fault.value, outcome.reason)
            case _ if recorded.stories:
                self._polls.labels(name, "new").inc()
                _LOG.info("poll %s: %d new, %d deliveries", name, recorded.stories, recorded.deliveries)
            case _:
                self._polls.labels(name, "unchanged").inc()
                _LOG.debug("poll %s: nothing new", name)

    def delivered(self, delivery: Delivery, verdict: Verdict) -> None:
        self._deliveries.labels(delivery.to.platform.value, verdict.state.value).inc()
        level = logging.INFO if verdict.state is State.SENT else logging.WARNING
        if verdict.state is State.QUEUED and not verdict.counts:
            level = logging.DEBUG
        why = f" ({verdict.error})" if verdict.error else ""
        _LOG.log(level, "story %d for %s: %s%s", delivery.story.id, delivery.to, verdict.state.value, why)

    def edited(self, edit: Edit, verdict: Verdict) -> None:
        self._edits.labels(edit.to.platform.value, verdict.state.value).inc()
        level = logging.DEBUG if verdict.state is State.QUEUED and not verdict.counts else logging.INFO
        why = f" ({verdict.error})" if verdict.error else ""
        _LOG.log(level, "edit of delivery %d for %s: %s%s", edit.delivery.id, edit.to, verdict.state.value, why)

    def waiting(self, seconds: Mapping[str, float]) -> None:
        self._waited |= dict.fromkeys(seconds)
        for lane in self._waited:
            self._waiting.labels(lane).set(seconds.get(lane, 0.0))

    def answered(self, platform: str, verb: str) -> None:
        self._answers.labels(platform, verb).inc()
        _LOG.info("command %s on %s", verb, platform)

    def notice(self, text: str) -> None:
        self._notices.inc()
        _LOG.warning("notice: %s", text)

    def unreadable_filter(self, canonical: str) -> None:
        self.notice(f"a kept filter can no longer be read: {canonical}")

    def trouble(self, doing: str, error: BaseException) -> None:
        self._troubles.inc()
        _LOG.error("trouble while %s: %s", doing, type(error).__name__, exc_info=error)
