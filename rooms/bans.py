"""Bans of identities, which are permanent, and of networks, which expire."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from accounts.clock import Moment
from rooms.identities import user_behind
from rooms.models import AuditEntry, Ban, Membership, NetworkBan, Room
from signaling.permissions import Actor

NOW = Now()
NETWORK_BAN_LIFE: Final = timedelta(days=1)


@transaction.atomic
def keep_out(room: Room, identity: str, name: str, by: Actor, *, at: Moment = NOW) -> AuditEntry.Action | None:
    """Ban an identity and end its membership. Returns BANNED, or None if it was banned already.

    The owner and a deleted user cannot be banned: nothing is written for them, and it returns REMOVED.
    """
    ban = {"name": name, "by": user_behind(by.identity), "created_at": at}
    kind, _, key = identity.partition(":")
    if kind == "guest":
        return _new(Ban.objects.get_or_create(room=room, guest=key, defaults=ban))
    user = user_behind(identity)
    if user is None or Membership.objects.filter(room=room, user=user, role="owner").exists():
        return AuditEntry.Action.REMOVED
    Membership.objects.filter(room=room, user=user).delete()
    return _new(Ban.objects.get_or_create(room=room, user=user, defaults=ban))


def _new(ban: tuple[Ban, bool]) -> AuditEntry.Action | None:
    return AuditEntry.Action.BANNED if ban[1] else None


def bar(room: Room, prefix: str, name: str, by: Actor) -> None:
    """Ban people without an account who come from this network, from now on. ``name``: the participant it was found by."""
    facts = {"name": name, "by": user_behind(by.identity), "ends_at": Now() + NETWORK_BAN_LIFE}
    NetworkBan.objects.update_or_create(room=room, prefix=prefix, defaults=facts)
