"""What a clock in a time zone shows, and when. Which zones there are is known by ``accounts/zones.py``."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


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
