"""The standing of people in meetings, as the database has it now, for all people of a worker at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from django.db.models import Q

from accounts import logins
from accounts.models import User
from rooms import join_links
from rooms.identities import display_name
from rooms.join_links import NO_PASS
from rooms.models import Ban, Membership
from rooms.policy import higher
from signaling.ports import Exclusion, Presence, Standing
from signaling.protocol.values import Role


def standings(people: Collection[Presence]) -> Mapping[Presence, Standing]:
    """See ``signaling.ports.Rooms``: five queries at most."""
    rooms = {int(one.room_id) for one in people}
    users = {user.pk: user for user in User.objects.filter(pk__in=_keys(one.identity for one in people), is_active=True)}
    memberships = Membership.objects.filter(room__in=rooms, user__in=users).values_list("room", "user", "role")
    roles = {(str(room), user): cast(Role, role) for room, user, role in memberships}
    passes = join_links.passes(rooms, people)
    bans = excluded({Exclusion(one.room_id, one.identity) for one in people})
    going_on = logins.going_on({one.login for one in people if one.login})

    def standing(one: Presence) -> Standing:
        key = _user(one.identity)
        user = users.get(key) if key is not None else None
        lent = passes.get((one.room_id, one.identity), NO_PASS)
        role = roles.get((one.room_id, key), "guest") if key is not None else "guest"
        return Standing(
            role=higher(role, lent.role),
            name=display_name(user) if user is not None else lent.name,
            banned=Exclusion(one.room_id, one.identity) in bans,
            signed_in=(key is None or user is not None) and (not one.login or one.login in going_on),
        )

    return {one: standing(one) for one in people}


def excluded(exclusions: Collection[Exclusion]) -> set[Exclusion]:
    """See ``signaling.ports.Rooms``."""
    identities = {one.identity for one in exclusions}
    guests = {identity.partition(":")[2] for identity in identities if _user(identity) is None}
    either = Q(user__in=_keys(identities)) | Q(guest__in=guests)
    bans = Ban.objects.filter(either, room__in={int(one.room_id) for one in exclusions}).only("room", "user", "guest")
    return {Exclusion(str(ban.room_id), ban.identity) for ban in bans}.intersection(exclusions)


def _keys(identities: Iterable[str]) -> set[int]:
    return {key for identity in identities if (key := _user(identity)) is not None}


def _user(identity: str) -> int | None:
    """The primary key of the user whose identity this is; None for a guest."""
    kind, _, key = identity.partition(":")
    return int(key) if kind == "user" else None
