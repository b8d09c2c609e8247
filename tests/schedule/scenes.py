"""Scheduled meetings for the stories: Alice's lesson, which is each week at ten o'clock in Berlin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from rooms.actors import actor
from rooms.models import Room
from schedule import commands, recurrence, zones
from schedule.commands import Fields
from schedule.models import ScheduledMeeting
from schedule.recurrence import Recurrence

ZONE = "Europe/Berlin"


def lesson_day(weeks: int = 1) -> date:
    """The day of the lesson of this week, three days ahead, or so many weeks later: no test stands on the edge of a day."""
    return timezone.now().date() + timedelta(days=3, weeks=weeks - 1)


def fields(**others: Any) -> Fields:
    """A lesson of an hour. ``recurs`` is its recurrence."""
    recurs: Recurrence = others.pop("recurs", Recurrence())
    lesson = replace(Fields("Lesson", "Fractions", lesson_day(), time(10), 60, ZONE), **others)
    return replace(lesson, rule=recurrence.write(recurs, lesson.date, lesson.zone))


def weekly(**others: Any) -> Fields:
    """Each week on its day, eight times unless it is said."""
    recurs = {"count": 8} | {name: others.pop(name) for name in ("count", "until", "every") if name in others}
    day = recurrence.DAYS[others.get("date", lesson_day()).weekday()]
    return fields(recurs=Recurrence("weekly", days=(day,), **recurs), **others)


def enter(room: Room, by: User, what: Fields) -> ScheduledMeeting:
    return commands.schedule(room, actor(by, "owner"), what)


def starts(scheduled: ScheduledMeeting, **filters: Any) -> list[datetime]:
    return [one.starts_at for one in scheduled.occurrences.filter(**filters).order_by("starts_at")]


def ten(day: date, clock: time = time(10)) -> datetime:
    """Ten o'clock, or another time, in Berlin."""
    return zones.local(day, clock, ZONE)


def soon(minutes: float, **others: Any) -> Fields:
    """A meeting of an hour that begins in so many minutes, or has begun before if they are less than zero."""
    begins = (timezone.now() + timedelta(minutes=minutes)).replace(microsecond=0)
    return replace(Fields("Lesson", "Fractions", begins.date(), begins.time(), 60, "UTC"), **others)
