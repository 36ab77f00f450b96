"""Dates as feeds write them."""

import calendar
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


def from_text(text: str) -> datetime | None:
    """Return an RFC 822 (years of two digits too) or ISO 8601 date in UTC, or None. Without a zone it is UTC."""
    text = text.strip()[:64]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def from_parts(parts: time.struct_time | Sequence[int] | None) -> datetime | None:
    """Return the date of a UTC time tuple, or None where there is none or it is none."""
    if not parts:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(tuple(parts)), tz=UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def believable(found: datetime | None, now: datetime | None) -> datetime | None:
    """Return a date unless it cannot be: before the web had news, or more than two days after `now` (if given)."""
    if found is None or found < _EARLIEST or (now is not None and found > now + _AHEAD):
        return None
    return found
