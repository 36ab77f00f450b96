"""What the HTTP library raises, as one of our outcomes, in a line without URL, query or password."""

import aiohttp

from bot.core.outcomes import Failed, Fault
from bot.feeds.guard import UnsafeAddress


def explain(error: Exception, host: str, deadline: float) -> Failed:
    """Return the outcome that an exception of a visit to `host` stands for."""
    fault, what = _sort(error, deadline)
    return Failed(fault, f"{host}: {what}")


def _sort(error: Exception, deadline: float) -> tuple[Fault, str]:
    if isinstance(getattr(error, "os_error", error), UnsafeAddress):
        return Fault.UNSAFE, "leads to an address that is not public"
    for kinds, fault, what in _WORDS:
        if isinstance(error, kinds):
            return fault, what.format(deadline=deadline)
    return Fault.BROKEN, f"the visit failed ({type(error).__name__})"


# From the particular to the general: the first that fits speaks.
_WORDS: tuple[tuple[tuple[type[Exception], ...], Fault, str], ...] = (
    ((TimeoutError,), Fault.UNREACHABLE, "no whole answer within {deadline:g} s"),
    ((aiohttp.InvalidURL,), Fault.UNSAFE, "this is not a web address"),
    ((aiohttp.ClientConnectorDNSError,), Fault.UNREACHABLE, "the name has no address"),
    ((aiohttp.ClientSSLError,), Fault.UNREACHABLE, "its certificate or encryption is not accepted"),
    ((aiohttp.ClientConnectorError,), Fault.UNREACHABLE, "no connection"),
    ((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError), Fault.BROKEN, "the answer was cut short"),
    ((aiohttp.ClientResponseError,), Fault.BROKEN, "the answer is not proper HTTP"),
    ((OSError,), Fault.UNREACHABLE, "the connection broke"),
)
