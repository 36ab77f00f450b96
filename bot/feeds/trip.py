"""The state of one visit over its redirects: where it is, what time is left, whether it has moved for good."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from yarl import URL

from bot.core.outcomes import Failed, Fault, Fetched
from bot.feeds.headers import max_age, validator

_MAX_TYPE = 200


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much of our time and memory one visit may take, redirects included."""

    deadline: float = 30.0
    """Seconds from the first look-up of a name to the last byte; waiting for our turn at a host is not counted."""
    packed_bytes: int = 10 * 2**20
    unpacked_bytes: int = 20 * 2**20
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where an answer sends us, and whether for good."""

    location: str
    permanent: bool


class Trip:
    """One visit. The URL's own credentials go to its own host only, and never back from https to http."""

    def __init__(self, url: URL, headers: dict[str, str], limits: FetchLimits, *, trusted_host: str | None) -> None:
        self.url = url
        self.headers = headers
        self.limits = limits
        self._start = url
        self._trusted_host = trusted_host
        self._hops = 0
        self._for_good = True
        self._seconds_left = limits.deadline

    @property
    def host(self) -> str:
        """The host of this hop, as its name is resolved."""
        return self.url.raw_host or "the address"

    @property
    def conditional(self) -> bool:
        """Whether we sent validators, so that 304 is an answer."""
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers

    def at_trusted_host(self) -> bool:
        """Say whether this hop is at the host that the operator vouched for."""
        return self._trusted_host is not None and self.url.raw_host == self._trusted_host

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Count the time within against the deadline; raises TimeoutError when it is used up."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self._seconds_left):
                yield
        finally:
            self._seconds_left -= clock() - began

    def follow(self, redirect: Redirect) -> Failed | None:
        """Go to the next hop, or say why not."""
        self._hops += 1
        if self._hops > self.limits.redirects:
            return Failed(Fault.REDIRECTS, f"{self.host} redirects more than {self.limits.redirects} times")
        try:
            target = self.url.with_user(None).join(URL(redirect.location)).with_fragment(None)
        except ValueError:
            return Failed(Fault.BROKEN, f"{self.host} redirects to something that is not a web address")
        if not target.raw_host:
            return Failed(Fault.UNSAFE, f"{self.host} redirects to something that is not a web address")
        self._for_good = self._for_good and redirect.permanent
        self.url = self._with_credentials(target.with_user(None))
        return None

    def arrived(self, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """Return what this visit brought."""
        return Fetched(
            body=body,
            url=str(self.url.with_user(None)),
            content_type=validator(headers.get("Content-Type", "")[:_MAX_TYPE]),
            etag=validator(headers.get("ETag", "")),
            last_modified=validator(headers.get("Last-Modified", "")),
            max_age=max_age(headers),
            moved_to=self._moved_to(),
        )

    def _moved_to(self) -> str:
        # A feed read with a password stays where it is: the new address would have to carry the password.
        moved = self._hops and self._for_good and not self._start.raw_user and self.url != self._start
        return str(self.url) if moved else ""

    def _with_credentials(self, target: URL) -> URL:
        start = self._start
        downgrade = start.scheme == "https" and target.scheme != "https"
        if start.raw_user is None or target.raw_host != start.raw_host or downgrade or self._other_port(target):
            return target
        return target.with_user(start.user).with_password(start.password)

    def _other_port(self, target: URL) -> bool:
        start = self._start
        return target.port != start.port and not (start.is_default_port() and target.is_default_port())
