"""Summaries by mail: who came to a meeting, and for how long, to the owner of its room.

A date of the calendar has one summary, however often people left and came back. It is sent when the date is over and nobody is
there any more. A meeting at no date has one only if the owner chose so, and if somebody else came.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet

from accounts import addresses, outbox
from accounts.models import User
from events.followers import Follower
from events.models import Event
from jobs import queue
from jobs.kinds import Kind, Over
from rooms.models import Meeting, Membership, Room
from schedule import mails, notices, notifications, reports
from schedule.models import NotificationChoices, Occurrence
from schedule.reports import ReportedMeeting

Summaries = NotificationChoices.Summaries

#: Whoever left at the end of a date may come back for so long.
SETTLED: Final = timedelta(minutes=2)


def _follow(over: Over, *, details: dict[str, Any], **event: Any) -> None:
    meeting = Meeting.objects.exclude(ended_at=None).filter(pk=details["meeting"]).first()
    if meeting is None or not mails.are_sent():
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
    found = _reported(occurrence, meeting)
    if found is None:
        return
    room, reported = found
    owner = _owner(room)
    wanted = {Summaries.ALL, Summaries.SCHEDULED} if reported.occurrence else {Summaries.ALL}
    if owner is None or notifications.of(owner).summaries not in wanted:
        return
    if reported.occurrence is None and len(reported.people) < 2:
        return
    about = {"occurrence": occurrence, "meeting": meeting}
    key = f"{SEND.name}:{occurrence}" if occurrence else f"{SEND.name}:meeting:{meeting}"
    queue.put(SEND, {**about, "owner": owner.pk, "identity": outbox.make_identity()}, about=owner.email, key=key)


def _reported(occurrence: int | None, meeting: int | None) -> tuple[Room, ReportedMeeting] | None:
    """A date or a sitting. None while people are there, or if it is gone."""
    date = Occurrence.objects.select_related("scheduled__room").filter(pk=occurrence or 0).first()
    rows = reports.sittings_at(date) if date else Meeting.objects.filter(pk=meeting or 0).prefetch_related("attendances")
    sittings = list(rows.select_related("room"))
    if not sittings or any(one.ended_at is None for one in sittings):
        return None
    reported = reports.of_date(date, sittings, date.ends_at) if date else reports.of_sitting(sittings[0])
    return sittings[0].room, reported


def _owner(room: Room) -> User | None:
    """Who is written to, if their address is verified."""
    theirs = Membership.objects.filter(room=room, role=Membership.Role.OWNER).values("user")
    return User.objects.filter(addresses.VERIFIED, is_active=True, pk__in=theirs).first()


def _send(over: Over, *, owner: int, occurrence: int | None, meeting: int | None, identity: str) -> None:
    found = _reported(occurrence, meeting)
    to = _owner(found[0]) if found is not None else None
    if found is not None and to is not None and to.pk == owner:
        outbox.deliver(notices.summary(*found, to, identity))


SUMMARISE: Final = Kind("schedule.summarise", _summarise)
SEND: Final = Kind("schedule.summary", _send, outside=True)
FOLLOW: Final = Follower({Event.Kind.ENDED}, Kind("schedule.summaries", _follow))
