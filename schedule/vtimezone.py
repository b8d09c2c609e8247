"""The rules of a time zone as an iCalendar component, for programs that do not know its name.

``icalendar`` can make one, but 7.3 misses changes that are five weeks apart (Morocco), counts those that advance the clock by the
time after it, and lists all of them, where Outlook reads rules only (MS-OXCICAL, section 2.1.3.1.1.19).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

#: From so many years is a rule read; the changes of so many are listed where there is no rule.
YEARS: Final = 12
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)


@lru_cache(maxsize=64)
def component(zone: str, year: int) -> Timezone:
    """The VTIMEZONE of a name of the IANA database (RFC 5545, section 3.6.5), right from the beginning of ``year``."""
    info = ZoneInfo(zone)
    first = datetime(year - 1, 1, 1, tzinfo=UTC)
    groups: dict[tuple[timedelta, timedelta], list[datetime]] = defaultdict(list)
    for moment in _changes(info, first, first.replace(year=year + YEARS - 1)):
        groups[_offset(moment - MINUTE, info), _offset(moment, info)].append(moment)
    rules = [_change(info, before, moments) for (before, _after), moments in groups.items()]
    made = Timezone()
    made.add("TZID", zone)
    # A rule has had a change before ``year``. What was before that is said only if there is no rule.
    if not rules or not all("RRULE" in rule for rule in rules):
        made.add_component(_change(info, _offset(first, info), [first]))
    for rule in rules:
        made.add_component(rule)
    return made


def _offset(moment: datetime, info: ZoneInfo) -> timedelta:
    return moment.astimezone(info).utcoffset() or timedelta(0)


def _changes(info: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments at which the offset is another one than a minute before."""
    day = first
    while day < last:
        if _offset(day, info) != _offset(day + DAY, info):
            minutes = range(1, DAY // MINUTE + 1)
            yield day + next(m for m in minutes if _offset(day + m * MINUTE, info) != _offset(day, info)) * MINUTE
        day += DAY


def _change(info: ZoneInfo, before: timedelta, moments: Sequence[datetime]) -> TimezoneStandard | TimezoneDaylight:
    """The changes from the offset ``before`` to the one of these moments. Onsets are what a clock shows that is not changed."""
    shown = moments[0].astimezone(info)
    onsets = [(moment + before).replace(tzinfo=None) for moment in moments]
    made = TimezoneDaylight() if shown.dst() else TimezoneStandard()
    made.DTSTART = onsets[0]
    made.TZOFFSETFROM, made.TZOFFSETTO = before, _offset(moments[0], info)
    made.add("TZNAME", shown.tzname())
    if rule := _rule(onsets):
        made.add("RRULE", rule)
    elif onsets[1:]:
        made.add("RDATE", onsets[1:])
    return made


def _rule(onsets: Sequence[datetime]) -> vRecur | None:
    """The rule of onsets on the same weekday of a month each year; None if there is none."""
    first = onsets[0]
    same = {(onset.month, onset.weekday(), onset.time()) for onset in onsets}
    if len(onsets) < YEARS or len(same) > 1:
        return None
    day = first.strftime("%a")[:2].upper()
    if all((onset + 7 * DAY).month != onset.month for onset in onsets):
        return vRecur(FREQ="YEARLY", BYMONTH=first.month, BYDAY=f"-1{day}")
    weeks = {(onset.day - 1) // 7 + 1 for onset in onsets}
    return vRecur(FREQ="YEARLY", BYMONTH=first.month, BYDAY=f"{weeks.pop()}{day}") if len(weeks) == 1 else None
