"""Rules of zones, read by another library: dateutil."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]

from schedule import vtimezone

#: Both hemispheres, half an hour of summer, a winter that is the exception, no summer time, changes by weekday and day of the
#: month, and changes that follow the moon, five weeks apart.
ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "Australia/Lord_Howe", "Europe/Dublin"),
    *("Asia/Tokyo", "Asia/Kathmandu", "Asia/Jerusalem", "Africa/Cairo", "Africa/Casablanca", "Antarctica/Troll", "America/Nuuk"),
)


@pytest.mark.parametrize("zone", ZONES)
def test_another_library_reads_the_same_offsets(zone: str) -> None:
    text = vtimezone.component(zone, 2026).to_ical().decode()
    read = tzical(StringIO(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")).get(zone)
    assert read is not None
    moment, wrong = datetime(2026, 1, 1, 0, 30), []
    while moment.year < 2028:
        if read.utcoffset(moment.replace(tzinfo=read)) != ZoneInfo(zone).utcoffset(moment):
            wrong.append(moment)
        moment += timedelta(hours=5)
    # Hours that do not exist or exist twice are told apart in other ways.
    assert len(wrong) <= 2


def test_a_zone_is_written_as_rules_which_outlook_reads() -> None:
    text = vtimezone.component("Europe/Berlin", 2026).to_ical().decode()
    assert text.split("\r\n")[:8] == [
        *("BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:DAYLIGHT", "DTSTART:20250330T020000"),
        *("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "TZNAME:CEST", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"),
    ]
    assert text.count("BEGIN:STANDARD") == text.count("BEGIN:DAYLIGHT") == 1
