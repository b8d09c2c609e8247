"""The audit: who changed what."""

from __future__ import annotations

from accounts.models import User
from rooms.models import AuditEntry, Room


def record(
    room: Room, by: User | None, action: AuditEntry.Action, target: str = "", *, name: str = "", address: str = ""
) -> None:
    """Write one entry; call it inside the transaction of the change. ``name`` stands in where ``by`` is nobody we know."""
    AuditEntry.objects.create(
        room=room,
        room_name=room.name,
        actor=by,
        actor_name=str(by or name),
        action=action,
        target=target[:200],
        address=address,
    )
