"""Time zones of the IANA database: which there are, and which one a browser says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import available_timezones

#: The page writes it (``static/js/preferences/zone.js``). Anybody can write anything into it.
COOKIE: Final = "zone"
UTC: Final = "UTC"
#: Files of a machine that are no zones, or that are another zone on another machine.
_NO_ZONES: Final = frozenset({"Factory", "localtime", "posixrules"})


@cache
def names() -> tuple[str, ...]:
    """The zones from which people choose: UTC and those of ``zone.tab``, which leaves out the names of former times."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text()
    return (UTC, *sorted(line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")))


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_ZONES)


def is_zone(name: str) -> bool:
    """Whether this server knows a zone of this name, also one of former times, which browsers still say."""
    return name in _known()


def known(name: str) -> str:
    """The name; "" if this server does not know it."""
    return name if is_zone(name) else ""


def guess(cookies: Mapping[str, str]) -> str:
    """The zone of the browser; "" if it says none, or one that this server does not know."""
    return known(cookies.get(COOKIE, ""))
