"""How this deployment is called and looks, as this process knows it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.translation import gettext

from conference.known import Known
from conference.models import Branding

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


def stored(brand: Brand) -> Brand | None:
    """The branding in the database, unless it has the version of this one."""
    current = Branding.objects.values_list("version", flat=True).first() or 0
    if current == brand.version:
        return None
    row = Branding.objects.first()
    if row is None:
        return Brand()
    return Brand(row.version, row.name, row.light, row.dark, bytes(row.logo), row.imprint, row.privacy, row.welcome)


def digest(data: bytes) -> str:
    """What stands in the address of a logo or a stylesheet."""
    return hashlib.sha256(data).hexdigest()[:16]


known: Final = Known(Brand(), stored, time.monotonic)
