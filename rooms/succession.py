"""What happens to a room whose owner is deleted or removed."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from accounts.models import User
from events.models import Event
from events.outbox import emit
from rooms import audit
from rooms.models import AuditEntry, Membership, Room
from signaling import live


@transaction.atomic
def bequeath(user: User) -> None:
    """Before an account is deleted: remove it from its rooms, and settle those that it owned.

    A room that nobody else belongs to is deleted.
    """
    cause = str(user)
    owned = list(Room.objects.filter(memberships__user=user, memberships__role=Membership.Role.OWNER))
    Membership.objects.filter(user=user).delete()
    for room in owned:
        if room.memberships.exists():
            settle(room, cause)
        else:
            audit.record(room, None, AuditEntry.Action.DELETED, cause=cause)
            emit(Event.Kind.ROOM_CHANGED, room.pk, change="deleted")
            transaction.on_commit(partial(live.close, str(room.pk)))
            room.delete()


@transaction.atomic
def settle(room: Room, cause: str) -> None:
    """Pass a room without an owner to the host who has belonged to it longest. Without a host, let only members in.

    ``cause`` is the person who is named in the audit as the cause. Does nothing to a room that has an owner.
    """
    if room.memberships.filter(role=Membership.Role.OWNER).exists():
        return
    heir = room.memberships.select_related("user").filter(role=Membership.Role.HOST).order_by("pk").first()
    if heir is not None:
        heir.role = Membership.Role.OWNER
        heir.save(update_fields=["role"])
        audit.record(room, None, AuditEntry.Action.ROLE, str(heir), cause=cause)
        transaction.on_commit(partial(live.set_role, str(room.pk), f"user:{heir.user_id}", "owner"))
    elif room.access != Room.Access.MEMBERS:
        room.access = Room.Access.MEMBERS
        room.save(update_fields=["access"])
        audit.record(room, None, AuditEntry.Action.EDITED, "access", cause=cause)
        emit(Event.Kind.ROOM_CHANGED, room.pk, change="settings", fields=["access"])
