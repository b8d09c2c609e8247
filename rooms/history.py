"""What happened in the meetings: sessions, attendance, bans and the audit of what was done in them.

Called by the signaling workers, in threads, from any worker. The room's row is locked while a session opens or ends, so that of
two people who leave at once on two workers one sees the other gone. ``at`` is the time of the event, by default now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from rooms.audit import record
from rooms.bans import keep_out
from rooms.entry import user_behind
from rooms.models import Attendance, AuditEntry, Room, Session
from signaling.protocol import Role

SETTLED = timedelta(seconds=60)
LOST = "lost"


@transaction.atomic
def joined(room_id: str, participant: str, identity: str, name: str, role: Role, *, at: datetime | None = None) -> None:
    """A participant entered. Opens a session where none is open. Again for the same participant: they are back."""
    at = at or timezone.now()
    room = _locked(room_id)
    if room is None:
        return
    session, _ = Session.objects.get_or_create(room=room, ended_at=None, defaults={"started_at": at, "seen_at": at})
    Attendance.objects.update_or_create(
        session=session,
        participant=participant,
        defaults={"name": name, "role": role, "left_at": None, "reason": ""},
        create_defaults={"name": name, "role": role, "joined_at": at, "user": user_behind(identity)},
    )


@transaction.atomic
def left(room_id: str, participant: str, reason: str, *, at: datetime | None = None) -> None:
    """A participant is gone. The session ends with its last one."""
    at = at or timezone.now()
    room = _locked(room_id)
    if room is None:
        return
    open_here = Attendance.objects.filter(session__room=room, participant=participant, left_at=None)
    open_here.update(left_at=at, reason=reason)
    _end_deserted(Session.objects.filter(room=room, ended_at=None))


def seen(room_ids: Iterable[str], *, at: datetime | None = None) -> None:
    """These rooms are live now: how far back a crash can make history wrong."""
    Session.objects.filter(room__in=list(room_ids), ended_at=None).update(seen_at=at or timezone.now())


def reconcile(live: Mapping[str, Set[str]], *, at: datetime | None = None) -> None:
    """Close what a crash left open: attendances whose participant is in no roster end when their session was last seen.

    ``live`` holds the participants of every live room of the whole deployment. Those who joined within the last minute are left
    alone: their row may be younger than ``live``.
    """
    before = (at or timezone.now()) - SETTLED
    absent = [
        attendance
        for attendance in Attendance.objects.filter(left_at=None, joined_at__lt=before).select_related("session")
        if attendance.participant not in live.get(str(attendance.session.room_id), frozenset())
    ]
    for attendance in absent:
        with transaction.atomic():
            _locked(str(attendance.session.room_id))
            last_seen = max(attendance.session.seen_at, attendance.joined_at)
            Attendance.objects.filter(pk=attendance.pk, left_at=None).update(left_at=last_seen, reason=LOST)
            _end_deserted(Session.objects.filter(pk=attendance.session_id, ended_at=None))
    _end_emptied(before)


def _end_emptied(before: datetime) -> None:
    """End sessions whose last open attendance an administrator has deleted: nobody will leave them any more."""
    inside = Attendance.objects.filter(session=OuterRef("pk"), left_at=None)
    for session in Session.objects.filter(~Exists(inside), ended_at=None, started_at__lt=before):
        with transaction.atomic():
            _locked(str(session.room_id))
            _end_deserted(Session.objects.filter(pk=session.pk, ended_at=None))


@transaction.atomic
def banned(room_id: str, identity: str, name: str, by: str) -> None:
    """A host removed somebody for good: keep them out, end their membership, and write it down. ``by`` is the host's identity."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return
    host = user_behind(by)
    keep_out(room, identity, name, host)
    record(room, host, AuditEntry.Action.BANNED, name)


def audit(room_id: str, action: str, by: str, name: str = "", target: str = "") -> None:
    """Write down what ``by`` (an identity, called ``name`` where it is a guest) did to ``target``.

    ``action`` is one of :class:`AuditEntry.Action`.
    """
    room = Room.objects.filter(pk=room_id).first()
    if room is not None:
        record(room, user_behind(by), AuditEntry.Action(action), target, name=name)


def _locked(room_id: str) -> Room | None:
    return Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()


def _end_deserted(sessions: Iterable[Session]) -> None:
    for session in sessions:
        if not session.attendances.filter(left_at=None).exists():
            session.ended_at = session.attendances.aggregate(last=Max("left_at"))["last"] or session.seen_at
            session.save(update_fields=["ended_at"])
