"""What pages of rooms show of the schedule."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import get_language

from schedule import calendar as calendars
from schedule import periods, soon
from schedule.calendar import Day

#: Days that a process keeps rendered: some megabytes.
DAYS_KEPT: Final = 2000

register = Library()


@register.inclusion_tag("schedule/calendar.html", takes_context=True)
def calendar(context: Context) -> dict[str, Any]:
    """The calendar of whoever asks. The query says which one: ``view``, ``date``, and ``page`` of a list."""
    request = context["request"]
    zone, now = timezone.get_current_timezone_name(), timezone.now()
    view = periods.read_view(request.GET.get("view", ""))
    today = timezone.localdate(now)
    day = periods.read_day(request.GET.get("date", ""), today)
    period = periods.period(view or "month", day, get_format("FIRST_DAY_OF_WEEK"))
    shown: dict[str, Any] = {"period": period, "asked": view, "today": today, "zone": zone}
    if period.view == "list":
        return {**shown, "list": calendars.listing(request.user, period, _page(request.GET.get("page", "")), zone, now)}
    days = calendars.days(request.user, period, zone, now)
    is_empty = not any(day.count for day in days)
    return {**shown, "days": days, "week": days[:7], "is_month": period.view == "month", "is_empty": is_empty}


@dataclass(frozen=True, slots=True)
class Look:
    """How a day is shown: ``is_outside`` the month that was asked for, ``names_rooms`` where there is place for them."""

    is_today: bool
    is_past: bool = False
    is_outside: bool = False
    names_rooms: bool = True


@register.simple_tag(takes_context=True)
def day_cell(context: Context, day: Day) -> str:
    """A day of the month or the week of the context."""
    period, is_month, today = context["period"], context["is_month"], context["today"]
    is_outside = is_month and day.date.month != period.day.month
    look = Look(day.date == today, is_past=day.date < today, is_outside=is_outside, names_rooms=not is_month)
    return _day("schedule/day.html", day, look, get_language())


@register.simple_tag(takes_context=True)
def day_section(context: Context, day: Day) -> str:
    """A day of the list of the context."""
    return _day("schedule/listed_day.html", day, Look(day.date == context["today"]), get_language())


@lru_cache(maxsize=DAYS_KEPT)
def _day(template: str, day: Day, look: Look, language: str | None) -> str:
    """A day is rendered again only when something on it is another. Most of a calendar stays from page to page, and empty days
    are the same for everybody.
    """
    return render_to_string(template, {"day": day, "look": look})


def _page(text: str) -> int:
    return min(max(int(text), 1), calendars.PAGES) if text.isascii() and text.isdigit() and len(text) < 9 else 1


@register.inclusion_tag("schedule/soon.html", takes_context=True)
def starting_soon(context: Context) -> dict[str, Any]:
    """The dates of whoever asks that begin soon, each with a way in."""
    return {"soon": soon.coming(context["request"].user)}


@register.inclusion_tag("schedule/next_date.html", takes_context=True)
def next_date(context: Context) -> dict[str, Any]:
    """When the next meeting of the context's ``room`` begins, for somebody who comes early, and how they get in."""
    room = context["room"]
    return {"room": room, "admission": context["room_data"]["admission"], "next": soon.next_of(room, context["request"].user)}
