"""Bans of identities, which are permanent, and of networks, which expire."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from accounts.clock import Moment
from rooms.identities import user_behind
from rooms.models import Ban, Membership, NetworkBan, Room
from signaling.permissions import Actor

NOW = Now()
NETWORK_BAN_LIFE: Final = timedelta(days=1)


@transaction.atomic
def keep_out(room: Room, identity: str, name: str, by: Actor, *, at: Moment = NOW) -> bool:
    """Ban an identity and end its membership. Changes nothing if it is banned already. False for the owner, and for a deleted
    user.
    """
    ban = {"name": name, "by": user_behind(by.identity), "created_at": at}
    kind, _, key = identity.partition(":")
    if kind == "guest":
        Ban.objects.get_or_create(room=room, guest=key, defaults=ban)
        return True
    user = user_behind(identity)
    if user is None or Membership.objects.filter(room=room, user=user, role="owner").exists():
        return False
    Ban.objects.get_or_create(room=room, user=user, defaults=ban)
    Membership.objects.filter(room=room, user=user).delete()
    return True


def bar(room: Room, prefix: str, name: str, by: Actor) -> None:
    """Ban people without an account who come from this network, from now on. ``name`` is because of whom."""
    facts = {"name": name, "by": user_behind(by.identity), "ends_at": Now() + NETWORK_BAN_LIFE}
    NetworkBan.objects.update_or_create(room=room, prefix=prefix, defaults=facts)
