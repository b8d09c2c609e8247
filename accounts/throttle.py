"""How often somebody may try, counted in Django's cache, which holds nothing else: shared by all workers through Redis, or in the
memory of the one process there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Limit:
    """``count`` uses in a window of ``seconds``, which begins with the first."""

    name: str
    count: int
    seconds: int


class Throttled(Exception):
    """Too often. ``seconds`` is how long it may take until there is room again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def take(limit: Limit, key: str) -> int:
    """Count one use and return how many are left. Raises :class:`Throttled` when there was none."""
    name = _name(limit, key)
    cache.add(name, 0, limit.seconds)
    try:
        used = cache.incr(name)
    except ValueError:  # the window closed between the two lines
        used = 1
    if used > limit.count:
        raise Throttled(limit.seconds)
    return limit.count - used


def give_back(limit: Limit, key: str) -> None:
    """That use does not count after all."""
    try:
        cache.decr(_name(limit, key))
    except ValueError:
        return


def check(limit: Limit, key: str) -> None:
    """Raises :class:`Throttled` when nothing is left, and counts nothing."""
    if used(limit, key) >= limit.count:
        raise Throttled(limit.seconds)


def used(limit: Limit, key: str) -> int:
    """How many uses were counted in the window of now."""
    return int(cache.get(_name(limit, key), 0))


def _name(limit: Limit, key: str) -> str:
    return f"throttle:{limit.name}:{key}"


def address(request: HttpRequest) -> str:
    """Where a request comes from, as the proxy in front says (``CLIENT_IP_HEADER``), else as the socket does. "" if unknown."""
    said = request.headers.get(settings.CLIENT_IP_HEADER, "") if settings.CLIENT_IP_HEADER else ""
    return plain(said or request.META.get("REMOTE_ADDR") or "")


def plain(text: str) -> str:
    """An address in the one form it is counted by; "" if it is none."""
    try:
        ip = ip_address(text.strip())
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip)


def client_prefix(client: str) -> str:
    """What one customer of a network has: an IPv4 address, or an IPv6 /64."""
    return _masked(client, 32, 64)


def region(client: str) -> str:
    """What is written down of an address: enough to see a pattern, not enough to name a person."""
    return _masked(client, 24, 48)


def _masked(client: str, four: int, six: int) -> str:
    if not client:
        return ""
    bits = six if ":" in client else four
    network = ip_network(f"{client}/{bits}", strict=False)
    return str(network.network_address) if bits == 32 else str(network)
