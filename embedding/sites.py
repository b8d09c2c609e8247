"""Which sites may show a meeting in a frame."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django.db.models import Q

from conference import origins
from embedding.models import Site

#: A browser matches no other names in ``frame-ancestors``.
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
LOOPBACK: Final = re.compile(r"localhost|(.+\.)?localhost|127(\.\d+){3}")


def normal(text: str) -> str:
    """The origin of a site as browsers send it. Raises ValueError unless it is https, or http on the same machine."""
    origin = origins.normal(text)
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if not HOST.fullmatch(host) or (parts.scheme == "http" and not LOOPBACK.fullmatch(host)):
        raise ValueError(f"{text!r} is not an origin such as https://courses.example.org")
    return origin


def allowed(room_id: int | None) -> list[str]:
    """The origins that may show this room, or every room."""
    rows = Site.objects.filter(Q(room=None) | Q(room=room_id)).values_list("origin", flat=True)
    return sorted({*rows})
