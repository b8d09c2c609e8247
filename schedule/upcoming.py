"""Of which meetings a browser notifies. The database's clock decides: the computer's may be wrong."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db.models import BigIntegerField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from accounts.prepared import Prepared
from rooms.models import Attendance
from schedule import notifications
from schedule.models import Answer, Invitee, NotificationChoices, Occurrence

About = NotificationChoices.About

#: So long after the beginning a browser still notifies.
LATE: Final = timedelta(minutes=5)
#: A page asks again after at most so long: meetings are moved, and computers sleep.
AGAIN: Final = timedelta(minutes=1)


def due(user: User) -> dict[str, Any]:
    """``meetings``: those that begin soon, as the person chose. ``again``: in how many seconds to ask again."""
    choices = notifications.of(user)
    if choices.browser == About.NOTHING:
        return {"meetings": [], "again": AGAIN.seconds}
    before = timedelta(minutes=choices.browser_minutes)
    meetings, waits = [], [AGAIN]
    for date in _NEAR[About(choices.browser)](user=user.pk, ahead=before + AGAIN):
        wait = date.wait - before
        if wait > timedelta(0):
            waits.append(wait)
        else:
            meetings.append(_shown(date))
    return {"meetings": meetings, "again": max(1, round(min(waits).total_seconds()))}


def _near(about: About, user: Any, ahead: Any) -> QuerySet[Any]:
    """The dates that begin so long ahead, in order, with how long it is until then (``wait``)."""
    dates = Occurrence.objects.of(user).near(LATE, ahead)
    if about == About.INVITED:
        invited = Invitee.objects.filter(scheduled=OuterRef("scheduled"), user=user)
        dates = dates.filter(Q(scheduled__organiser=user) | Exists(invited))
    there = Attendance.objects.filter(user=user, left_at=None, meeting__room=OuterRef("scheduled__room"))
    answers = Answer.objects.filter(invitee__user=user, choice=Answer.Choice.NO)
    other = Answer.objects.filter(invitee__user=user, occurrence=OuterRef("pk")).exclude(choice=Answer.Choice.NO)
    declined = Exists(answers.filter(occurrence=OuterRef("pk"))) | (
        Exists(answers.filter(occurrence=None, invitee__scheduled=OuterRef("scheduled"))) & ~Exists(other)
    )
    wait = ExpressionWrapper(F("starts_at") - Now(), DurationField())
    found = dates.exclude(Exists(there)).exclude(declined).annotate(**{"wait": wait})
    return found.select_related("scheduled__room")


_NEAR: Final = {
    about: Prepared(partial(_near, about), user=BigIntegerField(), ahead=DurationField()) for about in (About.INVITED, About.ALL)
}


def _shown(date: Occurrence) -> dict[str, Any]:
    """``key`` is another one if the date is moved."""
    return {
        "key": f"{date.pk}:{date.starts_at.timestamp():.0f}",
        "title": date.title,
        "starts": date.starts_at.isoformat(),
        "link": date.scheduled.room.get_absolute_url(),
    }
