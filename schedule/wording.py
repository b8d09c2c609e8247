"""Rules of recurrence as people read them."""

from __future__ import annotations

import datetime as dt

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from schedule import recurrence
from schedule.recurrence import DAYS, Recurrence


def describe(rule: str, date: dt.date, zone: str) -> str:
    """A rule whose first date is ``date`` as a phrase; "" for a meeting that does not recur."""
    if not rule:
        return ""
    known = recurrence.read(rule, zone)
    return _with_end(_repeats(known, date), known)


def ordinal(date: dt.date) -> str:
    """Which of its kind this day is in its month: "third Wednesday"."""
    weekday = str(WEEKDAYS[date.weekday()])
    return [
        *(
            _("first %(weekday)s"),
            _("second %(weekday)s"),
            _("third %(weekday)s"),
            _("fourth %(weekday)s"),
            _("fifth %(weekday)s"),
        )
    ][(date.day - 1) // 7] % {"weekday": weekday}


def _repeats(known: Recurrence, date: dt.date) -> str:
    every = known.every
    if known.repeats == "daily":
        return ngettext("Every day", "Every %(every)d days", every) % {"every": every}
    if known.repeats == "weekly":
        days = get_text_list([str(WEEKDAYS[DAYS.index(day)]) for day in known.days], pgettext("between two days", "and"))
        values = {"every": every, "days": days}
        return ngettext("Every week on %(days)s", "Every %(every)d weeks on %(days)s", every) % values
    day = {
        "month_day": _("day %(number)d") % {"number": date.day},
        "month_weekday": _("the %(ordinal)s") % {"ordinal": ordinal(date)},
        "month_last": _("the last %(weekday)s") % {"weekday": WEEKDAYS[date.weekday()]},
    }[known.repeats]
    return ngettext("Every month on %(day)s", "Every %(every)d months on %(day)s", every) % {"every": every, "day": day}


def _with_end(repeats: str, known: Recurrence) -> str:
    if known.until is not None:
        return _("%(repeats)s until %(date)s") % {"repeats": repeats, "date": date_format(known.until)}
    if known.count is not None:
        values = {"repeats": repeats, "count": known.count}
        return ngettext("%(repeats)s, once", "%(repeats)s, %(count)d times", known.count) % values
    return repeats
