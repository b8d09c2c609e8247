"""What happened in the rooms: meetings, attendance, bans and the audit of what was done.

Called by the signaling workers, in threads. The room's row is locked while a meeting opens or ends: when two people leave at
once on two workers, one of the two sees that the other is gone. ``at`` is the time of the event by the clock of the database, by
default now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import timedelta
from functools import partial
from typing import Any, cast, get_args

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, Max, OuterRef, Q
from django.db.models.functions import Now

from accounts.clock import Moment
from accounts.names import shown_name
from events.models import Event
from events.outbox import emit
from rooms.audit import record
from rooms.bans import keep_out
from rooms.identities import user_behind
from rooms.models import Attendance, AuditEntry, BreakoutRoom, BreakoutStay, Dismissal, Meeting, Room
from signaling.permissions import Actor
from signaling.ports import Past, Stay
from signaling.protocol.values import Restriction, Role, Verdict

NOW = Now()
SETTLED = timedelta(seconds=60)
#: A place can be taken up again this long after its meeting was last seen. ``seen_at`` is written once a minute.
REMEMBERED = timedelta(minutes=5)
#: A stay continues in its row if the gap is at most this long.
BRIEFLY = timedelta(seconds=60)
DISMISSALS_KEPT = timedelta(days=1)
LOST = "lost"


@transaction.atomic
def joined(room_id: str, participant: str, identity: str, name: str, role: Role, place: str = "", *, at: Moment = NOW) -> None:
    """A participant entered, in a breakout room if ``place`` is its id. Opens a meeting where none is open. Again for the same
    participant: they are back.

    Somebody who comes back within a minute after leaving, as a new participant, continues in the same row.
    This also updates ``seen_at`` of the meeting.
    """
    room = Room.objects.held(room_id)
    if room is None:
        return
    meeting, started = Meeting.objects.get_or_create(room=room, ended_at=None, defaults={"started_at": at, "seen_at": at})
    if started:
        emit(Event.Kind.STARTED, room.pk, at=at, meeting=meeting.pk)
    Meeting.objects.filter(pk=meeting.pk, seen_at__range=(at - REMEMBERED, at)).update(seen_at=at)
    _go_on(meeting, participant, identity, at)
    attendance, new = _attend(meeting, participant, identity, name, role, at)
    if place or not new:
        _move(meeting, {participant: place}, at)
    if new:
        emit(Event.Kind.JOINED, room.pk, at=at, meeting=meeting.pk, attendance=attendance.pk)


def _attend(meeting: Meeting, participant: str, identity: str, name: str, role: Role, at: Moment) -> tuple[Attendance, bool]:
    """The row of a participant who is there, and whether it is new."""
    known = {"name": name, "role": role, "guest": _guest(identity)}
    # Called for a new row only.
    number = cast(Any, partial(_number, meeting, identity))
    return Attendance.objects.update_or_create(
        meeting=meeting,
        participant=participant,
        defaults={**known, "left_at": None, "reason": ""},
        create_defaults={**known, "joined_at": at, "user": user_behind(identity), "person": number},
    )


@transaction.atomic
def divided(room_id: str, rooms: Mapping[str, str], places: Mapping[str, str], *, at: Moment = NOW) -> None:
    """Breakout rooms were opened or closed: ``rooms`` has their names by id, ``places`` the id of the room where each participant
    is who was moved, "" for the main room.
    """
    if (meeting := _open(room_id)) is not None:
        found = [BreakoutRoom(meeting=meeting, place=place, name=name) for place, name in rooms.items()]
        BreakoutRoom.objects.bulk_create(found, ignore_conflicts=True)
        _move(meeting, places, at)


@transaction.atomic
def moved(room_id: str, participant: str, place: str, *, at: Moment = NOW) -> None:
    """A participant is in another breakout room, or in the main room again."""
    if (meeting := _open(room_id)) is not None:
        _move(meeting, {participant: place}, at)


def _open(room_id: str) -> Meeting | None:
    return Meeting.objects.select_for_update(no_key=True).filter(room=int(room_id), ended_at=None).first()


def _move(meeting: Meeting, places: Mapping[str, str], at: Moment) -> None:
    """Whoever is in that place already stays there."""
    there = BreakoutStay.objects.filter(attendance__meeting=meeting, attendance__participant__in=places, left_at=None)
    known = {stay.attendance.participant: stay for stay in there.select_related("attendance", "room")}
    moves = {one: place for one, place in places.items() if (known[one].room.place if one in known else "") != place}
    BreakoutStay.objects.filter(pk__in=[known[one].pk for one in moves if one in known]).update(left_at=at)
    rooms = {room.place: room for room in meeting.breakout_rooms.filter(place__in={*moves.values()} - {""})}
    present = meeting.attendances.filter(participant__in=moves, left_at=None)
    BreakoutStay.objects.bulk_create(
        BreakoutStay(attendance=one, room=rooms[moves[one.participant]], entered_at=at)
        for one in present
        if moves[one.participant] in rooms
    )


def knocked(room_id: str, participant: str, *, at: Moment = NOW) -> None:
    """Somebody waits until they are let in."""
    if Room.objects.filter(pk=room_id).exists():
        emit(Event.Kind.KNOCKED, int(room_id), at=at, participant=participant)


def _number(meeting: Meeting, identity: str) -> int:
    """The number of a person in a meeting: that of their stays before, or a new one."""
    numbers = meeting.attendances.aggregate(theirs=Max("person", filter=_of(identity)), last=Max("person", default=0))
    return int(numbers["theirs"] or numbers["last"] + 1)


def _of(identity: str) -> Q:
    """The stays of this identity."""
    kind, _, key = identity.partition(":")
    return Q(user=key) if kind == "user" else Q(user=None, guest=key)


def _go_on(meeting: Meeting, participant: str, identity: str, at: Moment) -> None:
    """Give the row of somebody who left a moment ago to their new participant. Rows with a verdict stay as they are."""
    if meeting.attendances.filter(participant=participant).exists():
        return
    gone = meeting.attendances.filter(_of(identity), left_at__gte=at - BRIEFLY, left_at__lte=at, reason__in=("left", "timeout"))
    if before := gone.order_by("-left_at").first():
        meeting.attendances.filter(pk=before.pk).update(participant=participant)
        before.breakouts.filter(left_at=None).update(left_at=before.left_at)


@transaction.atomic
def left(room_id: str, participant: str, reason: str, *, at: Moment = NOW) -> None:
    """A participant is gone. The meeting ends with its last one.

    Another worker may not have written the joining yet. Then a verdict is stored alone.
    """
    room = Room.objects.held(room_id)
    if room is None:
        return
    stay = Attendance.objects.filter(meeting__room=room, participant=participant, left_at=None).first()
    if stay is not None:
        Attendance.objects.filter(pk=stay.pk).update(left_at=at, reason=reason)
        emit(Event.Kind.LEFT, room.pk, at=at, meeting=stay.meeting_id, attendance=stay.pk)
    elif reason in get_args(Verdict):
        dismissed(room_id, participant, cast(Verdict, reason), at=at)
    _end_deserted(Meeting.objects.filter(room=room, ended_at=None))


def dismissed(room_id: str, participant: str, verdict: Verdict, *, at: Moment = NOW) -> None:
    """Somebody who waited was denied or removed."""
    if Room.objects.filter(pk=room_id).exists():
        said = {"reason": verdict, "at": at}
        Dismissal.objects.update_or_create(room_id=room_id, participant=participant, defaults=said)


def recall(room_id: str, participant: str, *, at: Moment = NOW) -> Past:
    """What is known of a participant that the roster has lost, in the room's latest meeting."""
    lately = ExpressionWrapper(Q(seen_at__gte=at - REMEMBERED), BooleanField())
    meeting = Meeting.objects.filter(room_id=int(room_id)).annotate(lately=lately).order_by("-started_at").first()
    asked = Q(left_at=None) | Q(participant=participant)
    stays = list(meeting.attendances.filter(asked).order_by("joined_at", "pk")) if meeting is not None else []
    reasons = [stay.reason for stay in stays if stay.participant == participant]
    reasons += Dismissal.objects.filter(room_id=int(room_id), participant=participant).values_list("reason", flat=True)
    verdict = next((reason for reason in reasons if reason in get_args(Verdict)), None)
    going_on = stays if meeting is not None and meeting.lately else []
    return Past(cast(Verdict | None, verdict), [_stay(stay) for stay in going_on if stay.left_at is None])


def _stay(attendance: Attendance) -> Stay:
    identity = f"user:{attendance.user_id}" if attendance.user_id is not None else f"guest:{attendance.guest}"
    return Stay(attendance.participant, attendance.name, cast(Role, attendance.role), identity, attendance.restrictions)


def _guest(identity: str) -> str:
    kind, _, key = identity.partition(":")
    return key if kind == "guest" else ""


def seen(room_ids: Iterable[str], *, at: Moment = NOW) -> None:
    """These rooms are live now. After a crash, open attendance ends at this time."""
    Meeting.objects.filter(room__in=list(room_ids), ended_at=None).update(seen_at=at)


def reconcile(live: Mapping[str, Set[str]], *, at: Moment = NOW) -> None:
    """Close what a crash left open: an attendance whose participant is in no roster ends when its meeting was last seen.

    ``live`` holds the participants of every live room of the whole deployment. Those who joined within the last minute are left
    alone: their row may be younger than ``live``.
    """
    before = at - SETTLED
    absent = [
        attendance
        for attendance in Attendance.objects.filter(left_at=None, joined_at__lt=before).select_related("meeting")
        if attendance.participant not in live.get(str(attendance.meeting.room_id), frozenset())
    ]
    for attendance in absent:
        with transaction.atomic():
            Room.objects.held(str(attendance.meeting.room_id))
            last_seen = max(attendance.meeting.seen_at, attendance.joined_at)
            if Attendance.objects.filter(pk=attendance.pk, left_at=None).update(left_at=last_seen, reason=LOST):
                told = {"meeting": attendance.meeting_id, "attendance": attendance.pk}
                emit(Event.Kind.LEFT, attendance.meeting.room_id, at=last_seen, **told)
            _end_deserted(Meeting.objects.filter(pk=attendance.meeting_id, ended_at=None))
    _end_emptied(before)
    Dismissal.objects.filter(at__lt=before - DISMISSALS_KEPT).delete()


def _end_emptied(before: Moment) -> None:
    """End meetings whose last open attendance an administrator has deleted: no departure will end them."""
    inside = Attendance.objects.filter(meeting=OuterRef("pk"), left_at=None)
    for meeting in Meeting.objects.filter(~Exists(inside), ended_at=None, started_at__lt=before):
        with transaction.atomic():
            Room.objects.held(str(meeting.room_id))
            _end_deserted(Meeting.objects.filter(pk=meeting.pk, ended_at=None))


@transaction.atomic
def banned(room_id: str, by: Actor, identity: str, name: str, role: Role, *, at: Moment = NOW) -> None:
    """Somebody was banned: store the ban and the audit entry, and end their membership.

    Somebody who has become the owner meanwhile was only removed. Two hosts may do it at once: that is one ban.
    """
    room = Room.objects.filter(pk=room_id).first()
    if room is not None:
        action = keep_out(room, identity, name, by, at=at)
        if action is not None:
            record(room, by, action, shown_name(name, role), at=at)


def restricted(room_id: str, participant: str, restrictions: Mapping[str, Restriction], *, at: Moment = NOW) -> None:
    """Somebody is kept from something else than before: a roster that has lost everything learns it from here."""
    open_here = Attendance.objects.filter(meeting__room=int(room_id), participant=participant, left_at=None)
    open_here.update(restrictions=dict(restrictions))


@transaction.atomic
def audit(
    room_id: str, by: Actor | None, action: str, target: tuple[str, Role] | None = None, use: str = "", *, at: Moment = NOW
) -> None:
    """Record what somebody did to a participant of this name and role, or to the room.

    ``action`` is one of :class:`AuditEntry.Action`.
    """
    room = Room.objects.filter(pk=room_id).first()
    if room is not None:
        whom = shown_name(*target) if target is not None else ""
        record(room, by, AuditEntry.Action(action), whom, use=use, at=at)


def _end_deserted(meetings: Iterable[Meeting]) -> None:
    for meeting in meetings:
        if not meeting.attendances.filter(left_at=None).exists():
            meeting.ended_at = meeting.attendances.aggregate(last=Max("left_at"))["last"] or meeting.seen_at
            meeting.save(update_fields=["ended_at"])
            meeting.attendances.exclude(guest="").update(guest="")
            emit(Event.Kind.ENDED, meeting.room_id, at=meeting.ended_at, meeting=meeting.pk)
