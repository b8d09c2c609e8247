"""Origins as RFC 6454 has them: scheme, host and port."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import idna

PORTS = {"http": 80, "https": 443}
ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104, compared and never bound


def normal(origin: str) -> str:
    """The origin in the form a browser sends it: lower case, no default port, a Unicode name in Punycode (IDNA 2008, UTS 46).

    Raises ValueError unless it is http or https, a host, perhaps a port, and nothing else.
    """
    parts = urlsplit(origin.strip().lower().rstrip("/"))
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.username
        or parts.path
        or parts.query
        or parts.fragment
    ):
        raise ValueError(f"{origin!r} is not an origin such as https://meet.example.org")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else _ascii(parts.hostname)
    port = "" if parts.port in {None, PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _ascii(name: str) -> str:
    return name if name.isascii() else idna.encode(name, uts46=True).decode()


def of(url: str) -> str:
    """The origin of a URL, not in normal form."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def host(origin: str) -> str:
    """The entry in ALLOWED_HOSTS for a normal origin. IPv6 keeps its brackets."""
    name = urlsplit(origin).hostname or ""
    return f"[{name}]" if ":" in name else name


def by_authority(origins: Iterable[str]) -> dict[str, dict[str, str]]:
    """Each value of ``Host`` of a normal origin, with its origins by scheme."""
    found: dict[str, dict[str, str]] = {}
    for origin in origins:
        parts = urlsplit(origin)
        for authority in {parts.netloc, parts.netloc if parts.port else f"{parts.netloc}:{PORTS[parts.scheme]}"}:
            found.setdefault(authority, {})[parts.scheme] = origin
    return found


def socket(origin: str) -> str:
    """The WebSocket origin of a normal origin. Safari needs it in ``connect-src``."""
    return origin.replace("http", "ws", 1)


def secure(origins: Iterable[str]) -> bool:
    """Whether all origins are https."""
    return all(origin.startswith("https://") for origin in origins)


def local(host: str, port: int) -> list[str]:
    """The origins of a server bound to ``host`` on its own machine."""
    names = ["localhost", "127.0.0.1"]
    if host not in ANY:
        names.append(f"[{host}]" if ":" in host else host)
    return [normal(f"http://{name}:{port}") for name in dict.fromkeys(names)]
