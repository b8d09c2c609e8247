"""Keeping somebody out of a room for good."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from rooms import entry
from rooms.models import Ban, Membership, Room


@transaction.atomic
def keep_out(room: Room, identity: str, name: str, by: User | None) -> bool:
    """Ban an identity and end its membership. Already banned: nothing changes. False for the owner, and for a deleted user."""
    kind, _, key = identity.partition(":")
    if kind == "guest":
        Ban.objects.get_or_create(room=room, guest=key, defaults={"name": name, "by": by})
        return True
    user = entry.user_behind(identity)
    if user is None or Membership.objects.filter(room=room, user=user, role="owner").exists():
        return False
    Ban.objects.get_or_create(room=room, user=user, defaults={"name": name, "by": by})
    Membership.objects.filter(room=room, user=user).delete()
    return True
