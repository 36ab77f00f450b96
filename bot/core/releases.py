"""What becomes of the stories that are held for a chat: which go now, which wait until when, which go together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.rhythm import Rhythm, day_end, next_digest, quiet_until

SETTLING = timedelta(seconds=60)
"""How long a story from a time when the bot was away waits for the other feeds' stories."""
FULL = 8
"""Stories in a message that have room for a sentence each."""
BRIEF = 20
"""Stories in a message where there are so many that titles must do."""
_MANY = 3 * FULL


class Heading(StrEnum):
    """Why stories are told together; the first of those that apply to a message stands over it."""

    WEEKLY = "weekly"
    DAILY = "daily"
    HOURLY = "hourly"
    MUTED = "muted"
    QUIET = "quiet"
    GAP = "gap"
    """They appeared while the bot was away."""
    LIMIT = "limit"
    """They were beyond the daily limit."""
    BURST = "burst"
    """They came within the grouping window."""
    BACKLOG = "backlog"
    """More waited than could be sent one by one."""


@dataclass(frozen=True, slots=True)
class Held:
    """A story that waits for its chat's hours. `heading` is why it was held, empty where nobody has decided yet."""

    id: int
    created_at: datetime
    due_at: datetime
    loud: bool = False
    """Whether a filter that passes digests and quiet hours wants it."""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Stories that one message tells, by the ids of their deliveries; the first carries the others."""

    ids: tuple[int, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided. Whoever carries it out leaves alone what has changed since, as `rows` tell it."""

    rows: tuple[Held, ...] = ()
    free: tuple[int, ...] = ()
    """To be sent as an alert of its own each."""
    hold: dict[tuple[datetime, str], tuple[int, ...]] = field(default_factory=dict)
    """By until when, and why."""
    bundles: tuple[Bundle, ...] = ()

    def __add__(self, other: "Ruling") -> "Ruling":
        hold = dict(self.hold)
        for key, ids in other.hold.items():
            hold[key] = hold.get(key, ()) + ids
        return Ruling(self.rows + other.rows, self.free + other.free, hold, self.bundles + other.bundles)

    @property
    def sends(self) -> bool:
        """Whether anything can be sent now."""
        return bool(self.free or self.bundles)


def decide(
    rhythm: Rhythm,
    zone: str,
    now: datetime,
    due: Iterable[Held],
    *,
    later: datetime | None = None,
    told_today: int = 0,
) -> Ruling:
    """Decide what becomes of a chat's held stories whose time has come.

    `later` is when the next of its other held stories is due, `told_today` how many messages it got since its local
    midnight. Nothing is lost: each story is freed, held until later than `now`, or part of one bundle.
    """
    rows = tuple(sorted(due, key=lambda row: row.id))
    waits = {row.id: wait for row in rows if (wait := _wait(rhythm, zone, now, row))}
    going = [row for row in rows if row.id not in waits]
    waits |= _gathered(rhythm, now, going, later)
    going = [row for row in going if row.id not in waits]
    waits |= _beyond_limit(rhythm, zone, now, going, told_today)
    hold: dict[tuple[datetime, str], tuple[int, ...]] = {}
    for number, wait in waits.items():
        hold[wait] = (*hold.get(wait, ()), number)
    return _told(rhythm, rows, [row for row in going if row.id not in waits], hold)


def backlog(ids: Sequence[int]) -> Iterator[Bundle]:
    """Divide what waits in a chat's queue among few messages."""
    return parts(ids, Heading.BACKLOG)


def parts(ids: Sequence[int], heading: str) -> Iterator[Bundle]:
    """Divide stories among as few messages as hold them, alike in size; of several each heading says which it is,
    and of how many stories in all."""
    size = FULL if len(ids) <= _MANY else BRIEF
    count = -(-len(ids) // size)
    for number in range(count):
        mine = ids[number * len(ids) // count : (number + 1) * len(ids) // count]
        yield Bundle(tuple(mine), f"{heading} {number + 1}/{count} {len(ids)}" if count > 1 else str(heading))


def _wait(rhythm: Rhythm, zone: str, now: datetime, row: Held) -> tuple[datetime, str] | None:
    """Return until when a story is held for the chat's hours, and why; None where they let it pass."""
    if row.loud:
        return None
    if rhythm.muted_until and rhythm.is_muted(now):
        return rhythm.muted_until, Heading.MUTED
    # A clock that ran ahead may have written a time that is yet to come.
    digest = next_digest(rhythm, zone, min(row.created_at, now))
    if digest and digest > now:
        return digest, str(rhythm.every)
    if quiet := quiet_until(rhythm, zone, now):
        why = _reason(rhythm, row)
        return quiet, Heading.QUIET if why in ("", Heading.BURST) else why
    return None


def _reason(rhythm: Rhythm, row: Held) -> str:
    """Return why a story may be told together with others; empty where it is told by itself."""
    if row.loud and row.heading != Heading.GAP:
        return ""
    return row.heading or str(rhythm.every or (Heading.BURST if rhythm.window else ""))


def _gathered(
    rhythm: Rhythm, now: datetime, going: Sequence[Held], later: datetime | None
) -> dict[int, tuple[datetime, str]]:
    """Return which stories wait for others of a burst, or of a time when the bot was away."""
    gap = [row for row in going if row.heading == Heading.GAP]
    fresh = [row for row in going if not row.heading and _reason(rhythm, row) == Heading.BURST]
    window = timedelta(minutes=rhythm.window)
    return _together(gap, SETTLING, Heading.GAP, now, later) | _together(fresh, window, Heading.BURST, now, later)


def _together(
    rows: Sequence[Held], window: timedelta, heading: str, now: datetime, later: datetime | None
) -> dict[int, tuple[datetime, str]]:
    until = min((row.created_at for row in rows if row.created_at < now), default=now) + window
    if later is not None:  # the others of the same burst, or a message that is planned before it would end
        until = min(until, later)
    return {row.id: (until, heading) for row in rows} if until > now else {}


def _beyond_limit(
    rhythm: Rhythm, zone: str, now: datetime, going: Sequence[Held], told_today: int
) -> dict[int, tuple[datetime, str]]:
    if not rhythm.limit:
        return {}
    single = [row for row in going if not row.loud and not _reason(rhythm, row)]
    burst = [row for row in going if _reason(rhythm, row) == Heading.BURST]
    left = max(rhythm.limit - told_today, 0)
    # A burst is one message, so it goes whole or not at all.
    beyond = single[max(left - bool(burst), 0) :] + ([] if left else burst)
    end = (day_end(now, zone), str(Heading.LIMIT))
    return {row.id: end for row in beyond}


def _told(
    rhythm: Rhythm, rows: tuple[Held, ...], going: Sequence[Held], hold: dict[tuple[datetime, str], tuple[int, ...]]
) -> Ruling:
    # What was held comes in one message; what is new, and what is loud, by itself.
    reasons = {row.id: why for row in going if (why := _reason(rhythm, row))}
    if len(reasons) < 2:
        return Ruling(rows, tuple(row.id for row in going), hold)
    heading = next((each for each in Heading if each in reasons.values()), Heading.BURST)
    single = tuple(row.id for row in going if row.id not in reasons)
    return Ruling(rows, single, hold, tuple(parts(list(reasons), heading)))
