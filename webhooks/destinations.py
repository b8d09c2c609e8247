"""Where webhooks may be sent: hosts of the internet by https, and networks that the deployment allows, also by http."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

URL: Final = re.compile(r"https?://[!-~]+")
#: Addresses in which a translator finds one of IPv4 (RFC 6052, RFC 8215).
TRANSLATED: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


class Refused(Exception):
    """Nothing is sent there; the text says why."""


@dataclass(frozen=True)
class Destination:
    secure: bool
    host: str
    port: int
    #: With the query.
    path: str


def parse(url: str) -> Destination:
    """Raises Refused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Refused("this is not a URL") from None
    if not URL.fullmatch(url) or not host:
        raise Refused("this is not a URL with http or https, in ASCII")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("a URL of a webhook has no user, password or fragment")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(secure, host, (443 if secure else 80) if port is None else port, path)


def check(destination: Destination, address: Address, allowed: Iterable[Network]) -> None:
    """Raises Refused if nothing is sent to this address of the destination."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if any((mapped or address) in network for network in allowed):
        return
    if not _is_public(mapped or address):
        raise Refused(f"{address} is not an address of the internet")
    if not destination.secure:
        raise Refused("only https is sent to the internet")


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (
        address.sixtofour or address.teredo or any(address in network for network in TRANSLATED)
    ):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
