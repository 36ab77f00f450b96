"""When a chat wants its alerts: at once or as a digest, with quiet hours, a mute, a grouping window, a daily limit.

Local times are of a zone's wall clock. One that the clock skips (summer time begins) comes when the clock has passed
it, one that it shows twice (summer time ends) comes the first time: each day has each time once.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
LONGEST_HOLD = timedelta(days=31)
"""For how long anything may be held: a mute, or until the next digest."""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class Every(StrEnum):
    """How often a digest comes."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A chat's hours; without any field given, every alert comes at once."""

    every: Every | None = None
    """A digest in place of single alerts."""
    at: int = 0
    """When a daily or weekly digest comes, in minutes after local midnight."""
    weekday: int = 0
    """The day of a weekly digest; Monday is 0."""
    quiet: tuple[int, int] | None = None
    """Where quiet hours begin and end, in minutes after local midnight; they may span it."""
    muted_until: datetime | None = None
    window: int = 0
    """Minutes for which the first story of a burst waits for others; 0 is not at all."""
    limit: int = 0
    """Messages a day before the rest waits for the day's end; 0 is as many as there are."""

    def to_json(self) -> dict[str, Any] | None:
        """Return what differs from the usual, or None where nothing does."""
        usual = asdict(Rhythm())
        kept = {name: value for name, value in asdict(self).items() if value != usual[name]}
        if self.muted_until:
            kept["muted_until"] = self.muted_until.isoformat()
        return kept or None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> "Rhythm":
        """Return a rhythm as it was kept; what a newer version kept beside is left out."""
        if not kept:
            return cls()
        found = {name: value for name, value in kept.items() if name in cls.__slots__}
        every, quiet, muted = found.get("every"), found.get("quiet"), found.get("muted_until")
        if every:
            found["every"] = Every(every)
        if quiet:
            found["quiet"] = (quiet[0], quiet[1])
        if muted:
            found["muted_until"] = datetime.fromisoformat(muted)
        return cls(**found)

    def is_muted(self, now: datetime) -> bool:
        """Return whether a mute stands; one that is further off was set by a clock that ran ahead."""
        return self.muted_until is not None and now < self.muted_until <= now + LONGEST_HOLD

    def at_present(self, now: datetime) -> "Rhythm":
        """Return the rhythm without a mute that is over."""
        return self if self.is_muted(now) else replace(self, muted_until=None)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; UTC where it has none, or one that is no longer known."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local(moment: datetime, zone: str) -> datetime:
    """Return a moment as a zone's clock shows it."""
    return moment.astimezone(zone_of(zone))


def moment_of(day: date, minutes: int, zone: str) -> datetime:
    """Return when a zone's clock first shows a time of a day, or has passed it where it skips it."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    first, second = (wall.replace(tzinfo=zone_of(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return first if local(first, zone).replace(tzinfo=None) == wall else _after_gap(second, first, wall, zone)


def next_time(after: datetime, minutes: int, zone: str, weekday: int | None = None) -> datetime:
    """Return the first moment later than `after` at which a zone's clock shows a time, on any or on one weekday."""
    day = local(after, zone).date() - _DAY
    while True:
        if weekday in (None, day.weekday()) and (found := moment_of(day, minutes, zone)) > after:
            return found
        day += _DAY


def next_hour(after: datetime, zone: str) -> datetime:
    """Return the first full hour of a zone's clock later than `after`."""
    shown = local(after, zone)
    found = after.replace(second=0, microsecond=0) + _HOUR - timedelta(minutes=shown.minute)
    rest = local(found, zone).minute  # a clock that was set by half an hour in between
    return found + timedelta(minutes=60 - rest) if rest else found


def day_start(now: datetime, zone: str) -> datetime:
    """Return when the local day began."""
    return moment_of(local(now, zone).date(), 0, zone)


def day_end(now: datetime, zone: str) -> datetime:
    """Return when the next local day begins."""
    return next_time(now, 0, zone)


def next_digest(rhythm: Rhythm, zone: str, after: datetime) -> datetime | None:
    """Return when the first digest later than `after` is due; None for a chat that has none."""
    match rhythm.every:
        case Every.HOURLY:
            return next_hour(after, zone)
        case Every.DAILY:
            return next_time(after, rhythm.at, zone)
        case Every.WEEKLY:
            return next_time(after, rhythm.at, zone, rhythm.weekday)
    return None


def quiet_until(rhythm: Rhythm, zone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours end that `now` lies in; None where it lies in none."""
    if rhythm.quiet is None:
        return None
    begin, end = rhythm.quiet
    today = local(now, zone).date()
    for day in (today - _DAY, today, today + _DAY):
        last = moment_of(day + _DAY if end <= begin else day, end, zone)
        if moment_of(day, begin, zone) <= now < last:
            return last
    return None


def silent_until(rhythm: Rhythm, zone: str, now: datetime) -> datetime | None:
    """Return the first moment at which neither a mute nor quiet hours stand; None where none does now."""
    found = rhythm.muted_until if rhythm.is_muted(now) else None
    return quiet_until(rhythm, zone, found or now) or found


def next_message(rhythm: Rhythm, zone: str, now: datetime) -> datetime | None:
    """Return when a story that comes now is told, where that is not at once."""
    due = next_digest(rhythm, zone, now)
    return silent_until(rhythm, zone, due or now) or due


def _after_gap(before: datetime, after: datetime, wall: datetime, zone: str) -> datetime:
    """Return the moment between two at which the zone's clock leaps over a time."""
    low, high = 0, (after - before) // _MINUTE
    while low < high:
        middle = (low + high) // 2
        if local(before + middle * _MINUTE, zone).replace(tzinfo=None) < wall:
            low = middle + 1
        else:
            high = middle
    return before + low * _MINUTE
