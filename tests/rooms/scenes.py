"""Rooms for the stories: Alice's, in which Bob is a member."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict

from accounts.models import User
from rooms.models import Membership, Room
from tests.cast import person


def make_room(owner: User | None = None, *, host: User | None = None, member: User | None = None, **fields: Any) -> Room:
    passcode = fields.pop("passcode", "")
    room = Room(**{"name": "Weekly", **fields})
    room.set_passcode(passcode)
    room.save()
    for user, role in ((owner or person("Alice"), "owner"), (host, "host"), (member, "member")):
        if user is not None:
            Membership.objects.create(room=room, user=user, role=role)
    return room


def room_form(room: Room) -> dict[str, Any]:
    """What the form of a room's settings, here and in the admin, sends at least: every value is the room's own."""
    return model_to_dict(room, fields=["name", "access", "ice_policy", "chat", "capacity", "waits", "lobby_opens"])
