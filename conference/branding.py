"""How this deployment is called and looks, as this process knows it: read again every few seconds, so that pages need no query,
and every worker follows a change without being told.
"""

from __future__ import annotations

import hashlib
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db import DatabaseError
from django.utils.translation import gettext

from conference.models import Branding

logger = logging.getLogger(__name__)

SECONDS: Final = 3.0
#: The colours where nobody chose one, as in static/css/tokens.css.
TEAL, MINT = "#00706a", "#52c8b4"


@dataclass(frozen=True)
class Brand:
    version: int = 0
    own_name: str = ""
    light: str = ""
    dark: str = ""
    logo: bytes = b""
    imprint: str = ""
    privacy: str = ""
    welcome: str = ""

    @property
    def name(self) -> str:
        return self.own_name or gettext("Conference")

    @property
    def colour(self) -> str:
        return self.light or TEAL

    @cached_property
    def style(self) -> str:
        """The stylesheet that sets the colours; "" if nobody chose one."""
        return _STYLE.format(light=self.light or TEAL, dark=self.dark or MINT) if self.light or self.dark else ""

    @cached_property
    def style_hash(self) -> str:
        return digest(self.style.encode()) if self.style else ""

    @cached_property
    def logo_hash(self) -> str:
        return digest(self.logo) if self.logo else ""


#: Mixed as far as the contrast of text on it stays: away from the surface with the pointer on it, towards it as a soft surface.
_STYLE: Final = (
    ":root{{--accent:light-dark({light},{dark});--focus:light-dark({light},{dark});"
    "--accent-hover:light-dark(color-mix(in oklab,{light} 85%,black),color-mix(in oklab,{dark} 85%,white));"
    "--accent-soft:light-dark(color-mix(in oklab,{light} 10%,white),color-mix(in oklab,{dark} 20%,black))}}"
    "#header{{background:{light};color:#fff}}#header a:is(:link,:visited),#logout-form button{{color:#fff}}"
)


class Known:
    """The branding as it was read last. ``read`` gives it anew unless it still has this version, then None."""

    def __init__(self, read: Callable[[int], Brand | None], clock: Callable[[], float]) -> None:
        self._read = read
        self._clock = clock
        self._brand = Brand()
        self._due = -math.inf
        self._reading = threading.Lock()

    def get(self) -> Brand:
        if self._clock() >= self._due and self._reading.acquire(blocking=False):
            try:
                self.refresh()
            finally:
                self._reading.release()
        return self._brand

    @property
    def last(self) -> Brand:
        """As it was read last, however long ago: for pages while the stores are away."""
        return self._brand

    def refresh(self) -> Brand:
        """Read it now. While the database does not answer, what was known last stays."""
        self._due = self._clock() + SECONDS
        try:
            self._brand = self._read(self._brand.version) or self._brand
        except DatabaseError as error:
            logger.warning("The branding could not be read: %s", error)
        return self._brand

    def put(self, brand: Brand) -> None:
        """From now on it is this one, without reading."""
        self._brand, self._due = brand, math.inf


def stored(version: int) -> Brand | None:
    """The branding in the database, unless it has this version."""
    current = Branding.objects.values_list("version", flat=True).first() or 0
    if current == version:
        return None
    row = Branding.objects.first()
    if row is None:
        return Brand()
    return Brand(row.version, row.name, row.light, row.dark, bytes(row.logo), row.imprint, row.privacy, row.welcome)


def digest(data: bytes) -> str:
    """What stands in the address of a logo or a stylesheet."""
    return hashlib.sha256(data).hexdigest()[:16]


known: Final = Known(stored, time.monotonic)
