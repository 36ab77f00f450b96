"""An observer that remembers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.delivery import Delivery, Verdict
from bot.core.editing import Edit
from bot.core.feed import Feed
from bot.core.outcomes import Failed, Fetched, NotModified
from bot.core.stores import Recorded


@dataclass(slots=True)
class RecordingObserver:
    """Fulfils `bot.core.ports.Observer`."""

    polls: list[tuple[str, Fetched | NotModified | Failed, Recorded]] = field(default_factory=list)
    deliveries: list[tuple[Delivery, Verdict]] = field(default_factory=list)
    edits: list[tuple[Edit, Verdict]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    waited: list[dict[str, float]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    troubles: list[tuple[str, BaseException]] = field(default_factory=list)

    def polled(self, feed: Feed, outcome: Fetched | NotModified | Failed, recorded: Recorded) -> None:
        self.polls.append((feed.source.name, outcome, recorded))

    def delivered(self, delivery: Delivery, verdict: Verdict) -> None:
        self.deliveries.append((delivery, verdict))

    def edited(self, edit: Edit, verdict: Verdict) -> None:
        self.edits.append((edit, verdict))

    def waiting(self, seconds: Mapping[str, float]) -> None:
        self.waited.append(dict(seconds))

    def answered(self, platform: str, verb: str) -> None:
        self.answers.append((platform, verb))

    def notice(self, text: str) -> None:
        self.notices.append(text)

    def unreadable_filter(self, canonical: str) -> None:
        self.unreadable.append(canonical)

    def trouble(self, doing: str, error: BaseException) -> None:
        self.troubles.append((doing, error))
