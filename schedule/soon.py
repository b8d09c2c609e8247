"""The dates of a person that begin soon or are on now, by the clock of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.prepared import Prepared
from rooms.models import Room
from schedule.models import MINUTES_MAX, Invitee, Occurrence

AHEAD: Final = timedelta(minutes=15)
SHOWN: Final = 3
_ROOM: Final = ("scheduled__room__name", "scheduled__room__slug")
_LONGEST: Final = timedelta(minutes=MINUTES_MAX)


@dataclass(frozen=True)
class Soon:
    """``begins_in`` and ``ends_in`` are seconds from now; a negative number is past."""

    pk: int
    title: str
    room: str
    url: str
    begins_in: int
    ends_in: int

    @property
    def when(self) -> str:
        """As the page says it; ``static/js/ui/starting-soon.js`` goes on from there."""
        if self.begins_in > 0:
            minutes = ceil(self.begins_in / 60)
            return ngettext("Starts in %(count)s minute", "Starts in %(count)s minutes", minutes) % {"count": minutes}
        minutes = -self.begins_in // 60
        if not minutes:
            return _("Starts now")
        return ngettext("Began %(count)s minute ago", "Began %(count)s minutes ago", minutes) % {"count": minutes}


def coming(user: User) -> list[Soon]:
    """The first few dates of this person that begin within a quarter of an hour, or are on."""
    return [_soon(*row) for row in _COMING(user=user.pk)]


def _coming(user: Any) -> QuerySet[Any, Any]:
    near = Occurrence.objects.of(user).near(_LONGEST, AHEAD)
    return near.values_list(*("pk", "starts_at", "ends_at", "own_title", "scheduled__title"), *_ROOM, Now())[:SHOWN]


_COMING: Final = Prepared(_coming, user=BigIntegerField())


def _soon(
    pk: int, starts_at: datetime, ends_at: datetime, own_title: str, title: str, room: str, slug: str, now: datetime
) -> Soon:
    begins_in, ends_in = (ceil((moment - now).total_seconds()) for moment in (starts_at, ends_at))
    return Soon(pk, own_title or title, room, reverse("room", args=[slug]), begins_in, ends_in)


def next_of(room: Room, user: User | AnonymousUser) -> Any:
    """The next date of a room, with ``is_known``: whether this person may know what it is about. None if there is none, or one is
    on now.
    """
    for row in _NEXT(room=room.pk, user=user.pk):
        row.is_known = room.role != "guest" or row.is_invited
        return row if row.starts_at > row.now else None
    return None


def _next(room: Any, user: Any) -> QuerySet[Any]:
    invited = Exists(Invitee.objects.filter(scheduled=OuterRef("scheduled"), user=user))
    found = Occurrence.objects.filter(scheduled__room=room, starts_at__gt=Now() - _LONGEST).upcoming(Now())
    return found.annotate(**{"now": Now(), "is_invited": invited}).select_related("scheduled")[:1]


_NEXT: Final = Prepared(_next, room=BigIntegerField(), user=BigIntegerField())
