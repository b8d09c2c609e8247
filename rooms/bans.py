"""Keeping somebody out of a room for good."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from rooms import entry
from rooms.models import Ban, Membership, Room


@transaction.atomic
def keep_out(room: Room, identity: str, name: str, by: User | None) -> None:
    """Ban an identity and end its membership; the owner's stays. Already banned: nothing changes."""
    user = entry.user_behind(identity)
    if user is None:
        Ban.objects.get_or_create(room=room, guest=identity.partition(":")[2], defaults={"name": name, "by": by})
    elif not Membership.objects.filter(room=room, user=user, role="owner").exists():
        Ban.objects.get_or_create(room=room, user=user, defaults={"name": name, "by": by})
        Membership.objects.filter(room=room, user=user).delete()
