"""Where strangers may send us: public addresses only, on the ports of the web."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from yarl import URL

WEB_PORTS = frozenset({80, 443, 8080, 8443})
_SCHEMES = frozenset({"http", "https"})
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Public by registry, private by use: relays into IPv4, a cloud's own metadata host, documentation.
_KEPT_OUT = tuple(
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20", "2001:db8::/32")
)


class UnsafeAddress(OSError):
    """A name or URL leads to an address that strangers may not send us to."""


def is_public(address: str) -> bool:
    """Say whether an address literal belongs to the public internet; an IPv4 address inside an IPv6 one counts too."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return _is_open(ip)
    inner = _inner(ip)
    return all(map(_is_open, inner)) if inner else ip in _GLOBAL_UNICAST and _is_open(ip)


def _is_open(ip: IPv4Address | IPv6Address) -> bool:
    closed = ip.is_multicast or ip.is_reserved or any(ip in net for net in _KEPT_OUT if net.version == ip.version)
    return ip.is_global and not closed


def _inner(ip: IPv6Address) -> tuple[IPv4Address, ...]:
    if ip.teredo:
        return ip.teredo
    if ip in _NAT64:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    found = ip.ipv4_mapped or ip.sixtofour
    return (found,) if found else ()


def _any_address(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules for one hop. `ports` None means any port."""

    ports: frozenset[int] | None = WEB_PORTS
    public: Callable[[str], bool] = is_public

    def refusal(self, url: URL) -> str:
        """Return why this URL may not be visited, in one line, or empty. Names are judged when they are resolved."""
        if url.scheme not in _SCHEMES:
            return f"only http and https are visited, not {url.scheme or 'a bare path'}"
        if not url.raw_host:
            return "the address names no host"
        if self.ports is not None and url.port not in self.ports:
            return f"port {url.port} is not one of the web's"
        return "" if self._host_passes(url.raw_host) else f"{url.raw_host} is not a public address"

    def _host_passes(self, host: str) -> bool:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return True
        return self.public(host)


OPEN = Guard(ports=None, public=_any_address)
"""For what the operator trusts: any port, any address; still http and https only."""
