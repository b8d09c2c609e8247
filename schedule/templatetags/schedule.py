"""What pages of rooms show of the schedule."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.safestring import SafeString, mark_safe

from accounts.fragments import fragment, reader
from schedule import calendar as calendars
from schedule import periods, soon
from schedule.calendar import Day

register = Library()
_SOON: Final = "schedule/soon.html"


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
    is_empty = not any(day.total for day in days)
    return {**shown, "days": days, "is_month": period.view == "month", "is_empty": is_empty}


class Look(NamedTuple):
    """How a day is shown: ``is_outside`` the month that was asked for, ``names_rooms`` where there is place for them."""

    is_today: bool
    is_past: bool = False
    is_outside: bool = False
    names_rooms: bool = True


@register.simple_tag(takes_context=True)
def day_cells(context: Context) -> SafeString:
    """The days of the month or the week of the context. Most of them stay from page to page, and empty ones are the same for
    everybody.
    """
    period, is_month, today, who = context["period"], context["is_month"], context["today"], reader()
    month = period.day.month
    looks = (
        (day, Look(day.date == today, day.date < today, is_month and day.date.month != month, not is_month))
        for day in context["days"]
    )
    return mark_safe("\n".join([fragment("schedule/day.html", who, day=day, look=look) for day, look in looks]))  # noqa: S308


@register.simple_tag(takes_context=True)
def day_section(context: Context, day: Day) -> SafeString:
    """A day of the list of the context."""
    return fragment("schedule/listed_day.html", reader(), day=day, look=Look(day.date == context["today"]))


def _page(text: str) -> int:
    return min(max(int(text), 1), calendars.PAGES) if text.isascii() and text.isdigit() and len(text) < 9 else 1


@register.simple_tag(takes_context=True)
def starting_soon(context: Context) -> SafeString:
    """The dates of whoever asks that begin soon, each with a way in."""
    dates = soon.coming(context["request"].user)
    return render_to_string(_SOON, {"soon": dates}) if dates else fragment(_SOON, reader(), soon=())


@register.inclusion_tag("schedule/next_date.html", takes_context=True)
def next_date(context: Context) -> dict[str, Any]:
    """When the next meeting of the context's ``room`` begins, for somebody who comes early, and how they get in."""
    room = context["room"]
    return {"room": room, "admission": context["room_data"]["admission"], "next": soon.next_of(room, context["request"].user)}
