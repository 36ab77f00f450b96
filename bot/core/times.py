"""What people type about times: `daily 8:00`, `weekly mon 9`, `22-7`, `3h`, `until 18:00`.

Every reader returns None for what it cannot read.
"""

import re
from datetime import datetime, timedelta

from bot.core.rhythm import DAY_MINUTES, LONGEST_HOLD, Every, next_time

SHORTEST_MUTE = timedelta(minutes=1)
LONGEST_WINDOW = 120
HIGHEST_LIMIT = 500
MORNING = 8 * 60
"""When a digest comes where no time is named."""

_CLOCK = r"\d{1,2}(?:[:.h]\d{2}|h)?\s*(?:[ap]\.?m\.?)?|noon|midday|midnight|morning|evening"
_READ_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})|h)?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_NAMED = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0, "morning": MORNING, "evening": 18 * 60}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_FILLERS = re.compile(
    r"\b(?:digests?|at|on|o'?clock|in|the|a|an|me|please|for|of|from|between|stories|alerts|messages?)\b"
)
_OFF = frozenset({"off", "no", "none", "never", "stop", "0", "end", "unlimited"})
_AT_ONCE = _OFF | {"now", "once", "immediate", "immediately", "instant", "instantly", "each", "single"}
_HOURLY = re.compile(r"hourly|(?:every|each|per|1)\s*hour")
_DAILY = re.compile(
    rf"(?:(?:daily|(?:once\s+)?(?:every|each|per)?\s*day|every(?=\s+(?:{_CLOCK})$))\b)?\s*(?P<at>{_CLOCK})?"
)
_WEEKLY = re.compile(
    rf"(?:weekly|(?:once\s+)?(?:every|each|per)?\s*week)?\s*(?:every|each)?\s*(?P<day>{_DAY})?\s*(?P<at>{_CLOCK})?"
)
_QUIET = re.compile(rf"(?P<begin>{_CLOCK})\s*(?:-|–|—|−|to|till?|until|and)\s*(?P<end>{_CLOCK})")
_UNITS = {"m": 1, "h": 60, "d": DAY_MINUTES, "w": 7 * DAY_MINUTES}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {"half": 0.5} | {word: number for number, word in enumerate(_NUMBERS, 1)}
_PART = (
    rf"(?<![a-z])(\d{{1,5}}|{'|'.join(_WORDS)})?\s*"
    r"(m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:ee)?ks?|w)(?![a-z])"
)
_SPAN = re.compile(rf"(?:{_PART}\s*(?:and\s+)?)+(?P<rest>(?<=\dh)\d{{2}})?")
_UNTIL = re.compile(rf"(?:until|till?|to)\s+(?:(?P<day>tomorrow|{_DAY})\s*)?(?P<at>{_CLOCK})?")


def read_clock(typed: str) -> int | None:
    """Return a time of day in minutes after midnight: 8, 08:00, 8.30, 20h15, 8 pm, noon."""
    text = typed.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    found = _READ_CLOCK.fullmatch(text)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def is_off(typed: str) -> bool:
    """Return whether somebody wants a thing no more."""
    return typed.strip().lower() in _OFF


def read_digest(typed: str) -> tuple[Every | None, int, int] | None:
    """Return how often a digest comes, its minutes after midnight and its weekday; None first for no digest."""
    text = _plain(typed)
    if text in _AT_ONCE:
        return None, 0, 0
    if _HOURLY.fullmatch(text):
        return Every.HOURLY, 0, 0
    if text and (found := _DAILY.fullmatch(text)):
        at = read_clock(found["at"]) if found["at"] else MORNING
        return None if at is None else (Every.DAILY, at, 0)
    if text and (found := _WEEKLY.fullmatch(text)):
        at = read_clock(found["at"]) if found["at"] else MORNING
        return None if at is None else (Every.WEEKLY, at, _weekday(found["day"] or "monday"))
    return None


def read_quiet(typed: str) -> tuple[int, int] | None:
    """Return where quiet hours begin and end, in minutes after midnight: 22:00-7:00, 22-7, 10 pm to 7 am."""
    found = _QUIET.fullmatch(_plain(typed))
    begin, end = (read_clock(found["begin"]), read_clock(found["end"])) if found else (None, None)
    return (begin, end) if begin is not None and end is not None and begin != end else None


def read_span(typed: str) -> timedelta | None:
    """Return how long: 3h, 90m, 1h30, 2 days, half an hour, a week."""
    found = _SPAN.fullmatch(_plain(typed))
    if not found:
        return None
    minutes = sum(_amount(number) * _UNITS[unit[0]] for number, unit in re.findall(_PART, found.group()))
    return timedelta(minutes=minutes + int(found["rest"] or 0))


def read_mute(typed: str, zone: str, now: datetime) -> datetime | None:
    """Return when a mute ends: after a span, or at a local time (until 18:00, until tomorrow, until monday 9:00)."""
    text = " ".join(typed.lower().split())
    end = _end(text, zone, now)
    span = read_span(text)
    if end is None and span and span <= LONGEST_HOLD:
        end = now + span
    return end if end and SHORTEST_MUTE <= end - now <= LONGEST_HOLD else None


def read_window(typed: str) -> int | None:
    """Return minutes for which the first story of a burst waits; a number alone is minutes, 0 is not at all."""
    text = _plain(typed)
    if text in _AT_ONCE:
        return 0
    span = timedelta(minutes=int(text)) if re.fullmatch(r"\d{1,3}", text) else read_span(text)
    minutes = int(span / timedelta(minutes=1)) if span else 0
    return minutes if 0 < minutes <= LONGEST_WINDOW else None


def read_limit(typed: str) -> int | None:
    """Return how many messages a day; 0 is as many as there are."""
    text = re.sub(r"\s*(?:(?:a|per|each|every)\s+day|daily|/\s*day|/d)$", "", typed.strip().lower())
    text = _plain(text)
    if text in _OFF:
        return 0
    return int(text) if re.fullmatch(r"\d{1,3}", text) and int(text) <= HIGHEST_LIMIT else None


def read_switch(typed: str) -> bool | None:
    """Return whether something is to be on."""
    text = typed.strip().lower()
    return True if text in ("on", "yes") else False if text in _OFF else None


def _plain(typed: str) -> str:
    return " ".join(_FILLERS.sub(" ", typed.lower().replace(",", " ")).split())


def _weekday(typed: str) -> int:
    return next(number for number, day in enumerate(_DAYS) if day.startswith(typed[:3]))


def _amount(number: str) -> float:
    return _WORDS.get(number) or float(number or 1)


def _end(text: str, zone: str, now: datetime) -> datetime | None:
    found = _UNTIL.fullmatch(text.replace(" at ", " ").removeprefix("for ").strip())
    if not found or not (found["day"] or found["at"]):
        return None
    at = read_clock(found["at"]) if found["at"] else MORNING
    if at is None:
        return None
    if found["day"] == "tomorrow":
        return next_time(next_time(now, 0, zone) - timedelta(microseconds=1), at, zone)
    return next_time(now, at, zone, _weekday(found["day"]) if found["day"] else None)
