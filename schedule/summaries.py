"""Summaries by mail: who came to a meeting, and for how long, to the owner of its room.

A date of the calendar has one summary, however often people left and came back. It is sent when the date is over and nobody is
there any more. A meeting at no date has one only if the owner chose so, and if somebody else came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts import addresses, outbox
from accounts.models import User
from events.followers import Follower
from events.models import Event
from jobs import queue
from jobs.kinds import Kind, Over
from rooms.attendance import Presence, presence
from rooms.models import Meeting, Membership, Room
from schedule import notices, notifications
from schedule.models import NotificationChoices, Occurrence

Summaries = NotificationChoices.Summaries

#: Whoever left at the end of a date may come back for so long.
SETTLED: Final = timedelta(minutes=2)


def _follow(over: Over, *, details: dict[str, Any], **event: Any) -> None:
    meeting = Meeting.objects.exclude(ended_at=None).filter(pk=details["meeting"]).first()
    if meeting is None or not settings.EMAIL_URL:
        return
    dates = list(_dates(meeting))
    for date in dates:
        key = f"{SUMMARISE.name}:{date.pk}:{meeting.pk}"
        queue.put(SUMMARISE, {"occurrence": date.pk}, about=date.title, key=key, due=date.ends_at + SETTLED)
    if not dates:
        queue.put(SUMMARISE, {"meeting": meeting.pk}, key=f"{SUMMARISE.name}:meeting:{meeting.pk}")


def _dates(meeting: Meeting) -> QuerySet[Occurrence]:
    """The dates during which this meeting went on."""
    dates = Occurrence.objects.filter(scheduled__room=meeting.room_id, cancelled=False)
    return dates.filter(starts_at__lt=meeting.ended_at, ends_at__gt=meeting.started_at)


def _summarise(over: Over, *, occurrence: int | None = None, meeting: int | None = None) -> None:
    """Put the mail, unless the meeting goes on: its end brings another job."""
    date = _date(occurrence)
    meetings = list(_meetings(date) if date is not None else Meeting.objects.filter(pk=meeting or 0))
    if not meetings or any(one.ended_at is None for one in meetings):
        return
    room = meetings[0].room
    owner = _owner(room)
    if owner is None or notifications.of(owner).summaries not in (
        {Summaries.SCHEDULED, Summaries.ALL} if date else {Summaries.ALL}
    ):
        return
    if date is None and len(_people(meetings)) < 2:
        return
    about = {"occurrence": date.pk if date else None, "meetings": [one.pk for one in meetings]}
    key = f"{SEND.name}:date:{date.pk}" if date else f"{SEND.name}:meeting:{meeting}"
    queue.put(SEND, {"owner": owner.pk, "identity": outbox.make_identity(), **about}, about=owner.email, key=key)


def _date(pk: int | None) -> Occurrence | None:
    return Occurrence.objects.select_related("scheduled").filter(pk=pk or 0).first()


def _meetings(date: Occurrence) -> QuerySet[Meeting]:
    """What went on in the room during this date, in order."""
    ended = Q(ended_at=None) | Q(ended_at__gt=date.starts_at)
    there = Meeting.objects.filter(ended, room=date.scheduled.room_id, started_at__lt=date.ends_at)
    return there.select_related("room").order_by("started_at")


def _owner(room: Room) -> User | None:
    """Who is written to, if their address is verified."""
    theirs = Membership.objects.filter(room=room, role=Membership.Role.OWNER).values("user")
    return User.objects.filter(addresses.VERIFIED, is_active=True, pk__in=theirs).first()


def _people(meetings: Iterable[Meeting]) -> list[Presence]:
    """Everybody who was in one of these, in the order of coming. People without an account are known by their names."""
    found: dict[object, Presence] = {}
    for one in (one for meeting in meetings for one in presence(meeting)):
        key = one.user_id or one.name
        before = found.get(key)
        found[key] = replace(before, seconds=before.seconds + one.seconds) if before is not None else one
    return list(found.values())


def _send(over: Over, *, owner: int, occurrence: int | None, meetings: list[int], identity: str) -> None:
    to = User.objects.filter(addresses.VERIFIED, is_active=True, pk=owner).first()
    found = list(Meeting.objects.select_related("room").filter(pk__in=meetings, ended_at__isnull=False).order_by("started_at"))
    if to is None or not found:
        return
    date = _date(occurrence)
    room = found[0].room
    span = found[0].started_at, found[-1].ended_at or found[-1].seen_at
    outbox.deliver(notices.summary(room, date.title if date else room.name, span, _people(found), to, identity))


SUMMARISE: Final = Kind("schedule.summarise", _summarise)
SEND: Final = Kind("schedule.summary", _send, outside=True)
FOLLOW: Final = Follower({Event.Kind.ENDED}, Kind("schedule.summaries", _follow))
