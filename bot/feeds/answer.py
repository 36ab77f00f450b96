"""An answer's status line into an outcome, before its body is read."""

import aiohttp

from bot.core.outcomes import Failed, Fault, NotModified
from bot.feeds.headers import max_age, retry_after
from bot.feeds.trip import Redirect, Trip

_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})


def judge(response: aiohttp.ClientResponse, trip: Trip) -> Failed | NotModified | Redirect | None:
    """Return what the status alone decides, or None where the body is what we came for."""
    status = response.status
    if status in _REDIRECTS:
        return _redirect(response, trip)
    if status == 304:
        return _unchanged(response, trip)
    if 200 <= status < 300:
        return None
    return Failed(_fault(status), f"{trip.host} answered {status}", retry_after(response.headers))


def _redirect(response: aiohttp.ClientResponse, trip: Trip) -> Failed | Redirect:
    location = response.headers.get("Location", "")
    if not location:
        return Failed(Fault.BROKEN, f"{trip.host} answered {response.status} without saying where to")
    return Redirect(location, permanent=response.status in _PERMANENT)


def _unchanged(response: aiohttp.ClientResponse, trip: Trip) -> Failed | NotModified:
    if trip.conditional:
        return NotModified(max_age(response.headers))
    return Failed(Fault.BROKEN, f"{trip.host} answered 304 to a first visit")


def _fault(status: int) -> Fault:
    if status == 410:
        return Fault.GONE
    if status == 404:
        return Fault.MISSING
    if status in _BUSY:
        return Fault.BUSY
    return Fault.REFUSED if 400 <= status < 500 else Fault.BROKEN
