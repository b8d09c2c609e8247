"""Time zones of the IANA database, and what a clock in them shows."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

#: Names that are files of the database but no places, or second names of places that it keeps for old programs.
_OTHERS: Final = ("Etc/", "US/", "SystemV/")


@cache
def _known() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"})


@cache
def names() -> tuple[str, ...]:
    """The names to choose from, UTC first. There are others that :func:`is_zone` knows."""
    return ("UTC", *sorted(name for name in _known() if "/" in name and not name.startswith(_OTHERS)))


def is_zone(name: str) -> bool:
    return name in _known()


def local(date: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """When a clock in ``zone`` shows this, in UTC. Raises OverflowError in the first and the last year of the calendar.

    RFC 5545, section 3.3.5: a time that exists twice is the first of the two. One that the clocks leave out is taken with the
    offset before the gap, so 02:30 becomes 03:30.
    """
    return dt.datetime.combine(date, time.replace(fold=0), ZoneInfo(zone)).astimezone(dt.UTC)


def wall(moment: dt.datetime, zone: str) -> tuple[dt.date, dt.time]:
    """What a clock in ``zone`` shows then."""
    shown = moment.astimezone(ZoneInfo(zone))
    return shown.date(), shown.time()
