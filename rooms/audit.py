"""The audit: who changed what."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.clock import Moment
from rooms.identities import user_behind
from rooms.models import AuditEntry, Room
from signaling.permissions import Actor

NOW = Now()


def record(
    room: Room,
    by: Actor | None,
    action: AuditEntry.Action,
    target: str = "",
    *,
    use: str = "",
    cause: str = "",
    address: str = "",
    at: Moment = NOW,
) -> None:
    """Write one entry; call it inside the transaction of the change.

    Without an actor, ``cause`` says what caused it. ``at`` is when it happened, by default now.
    """
    user = user_behind(by.identity) if by is not None else None
    AuditEntry.objects.create(
        room=room,
        room_name=room.name,
        actor=user,
        actor_name=str(user or (by.name if by is not None else cause)),
        action=action,
        target=target[:200],
        use=use,
        address=address,
        at=at,
    )


def entries(room: Room, action: str = "", person: str = "") -> QuerySet[AuditEntry]:
    """The entries of a room, the latest first; only those of this action, and by or about somebody whose name has this in it."""
    found = room.audit_entries.all()
    if action:
        found = found.filter(action=action)
    if person:
        found = found.filter(Q(actor_name__icontains=person) | Q(target__icontains=person))
    return found
