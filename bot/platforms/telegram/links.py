"""Which links Telegram takes."""

import re

_LONGEST = 2048
_MOST_PORT = 65535
# TDLib's own check wants a host with a dot and a port in range, and knows http, https, tg and ton only; ours is a
# little narrower, for a button with a bad link costs the whole message. A name before an @ could pass for the host.
_WEB = re.compile(r"https?://[^\W_][\w-]*(?:\.[\w-]+)+(?::(?P<port>\d{1,5}))?(?:[/?#][^\s\\]*)?", re.IGNORECASE)


def usable(link: str) -> bool:
    """Whether a link can stand in a message or under a button."""
    if len(link) > _LONGEST or not link.isprintable():
        return False
    found = _WEB.fullmatch(link)
    return found is not None and int(found["port"] or 0) <= _MOST_PORT
