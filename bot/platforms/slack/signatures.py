"""Whether an HTTP request is Slack's: https://docs.slack.dev/authentication/verifying-requests-from-slack"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

WINDOW_SECONDS = 300
_LONGEST_STAMP = 12


class Signatures:
    """Judges requests by their signature and age. A right signature counts once: within the window it is remembered."""

    def __init__(self, secret: str, now: Callable[[], datetime]) -> None:
        self._secret, self._now = secret.encode(), now
        self._used: dict[bytes, float] = {}

    def accepts(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Say whether a request is Slack's, new, and less than five minutes old. Without a secret none is."""
        stamp, given = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        now = self._now().timestamp()
        if not self._secret or not _is_number(stamp) or abs(now - int(stamp)) > WINDOW_SECONDS:
            return False
        expected = self._sign(stamp, body)
        # Compared as bytes: compare_digest raises on text beyond ASCII.
        return hmac.compare_digest(expected, given.encode("utf-8", "replace")) and self._is_first(expected, stamp, now)

    def _sign(self, stamp: str, body: bytes) -> bytes:
        return b"v0=" + hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest().encode()

    def _is_first(self, signature: bytes, stamp: str, now: float) -> bool:
        self._used = {old: at for old, at in self._used.items() if at >= now - WINDOW_SECONDS}
        if signature in self._used:
            return False
        # Kept by the request's own time, which may lie ahead: it stays valid until that is five minutes old.
        self._used[signature] = float(stamp)
        return True


def _is_number(stamp: str) -> bool:
    return stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP
