"""What an answer's headers say about when to come back."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})\b", re.ASCII | re.IGNORECASE)
_MAX_VALIDATOR = 1024


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a host asks us to wait, or None. A date is counted from the answer's own Date.

    Large values pass as they are (core clamps them); negative ones and those that make no sense are None.
    """
    value = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    until, sent = _date(value), _date(headers.get("Date", ""))
    if until is None or sent is None:
        return None
    wait = (until - sent).total_seconds()
    return wait if wait >= 0 else None


def max_age(headers: Mapping[str, str]) -> float | None:
    """Return the seconds an answer stays fresh from now on, or None where the host does not say."""
    found = _MAX_AGE.search(headers.get("Cache-Control", ""))
    if not found:
        return None
    age = headers.get("Age", "").strip()
    spent = float(age) if _SECONDS.fullmatch(age) else 0.0
    return max(float(found[1]) - spent, 0.0)


def validator(value: str) -> str:
    """Return an ETag or Last-Modified fit to store and to send back, or empty."""
    fit = value.isascii() and value.isprintable() and len(value) <= _MAX_VALIDATOR
    return value.strip() if fit else ""


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
