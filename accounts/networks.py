"""The address of a client, and the network of an address."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The address of a client: from the proxy (``CLIENT_IP_HEADER``), else from the socket. "" if unknown."""
    forwarded = request.headers.get(settings.CLIENT_IP_HEADER, "") if settings.CLIENT_IP_HEADER else ""
    return plain(forwarded or request.META.get("REMOTE_ADDR") or "")


@lru_cache
def plain(text: str) -> str:
    """The normal form of an address; "" for what is no address."""
    try:
        ip = ip_address(text.strip())
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip)


def client_prefix(client: str) -> str:
    """The network of one customer: an IPv4 address, or an IPv6 /64."""
    return _masked(client, 32, 64)


def known_prefix(client: str) -> str:
    """The client prefix; "" if all visitors seem to have the address of a proxy."""
    return client_prefix(client) if settings.CLIENT_IP_HEADER or not settings.HTTPS else ""


def region(client: str) -> str:
    """The part of an address that is stored: enough to see a pattern, not enough to identify a person."""
    return _masked(client, 24, 48)


@lru_cache
def _masked(client: str, four: int, six: int) -> str:
    if not client:
        return ""
    bits = six if ":" in client else four
    network = ip_network(f"{client}/{bits}", strict=False)
    return str(network.network_address) if bits == 32 else str(network)
