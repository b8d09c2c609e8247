"""Time zones of the IANA database: which there are, and the one in which a request is answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from accounts.http import Request
from accounts.models import User

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


def guess(cookies: Mapping[str, str]) -> str:
    """The zone of the browser; "" if it says none, or one that this server does not know."""
    name = cookies.get(COOKIE, "")
    return name if is_zone(name) else ""


def of_account(user: User) -> str:
    """The zone that the account says; "" if it says none, or one that this server no longer knows."""
    return user.time_zone if is_zone(user.time_zone) else ""


def of(request: Request) -> ZoneInfo:
    """The zone of the account, else that of the browser, else UTC."""
    own = of_account(request.user) if request.user.is_authenticated else ""
    return ZoneInfo(own or guess(request.COOKIES) or UTC)
