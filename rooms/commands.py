"""Changes of rooms, one function each: a check by the table of permissions, one transaction with the audit entry, and the effect
on a live meeting after the commit.

Functions that take an ``Actor`` raise Django's PermissionDenied. Commands about a meeting and the people in it are in
``signaling/moderation.py``; ``signaling/live.py`` gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Literal, cast

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import shown_name
from events.models import Event
from events.outbox import emit
from rooms import audit, join_links
from rooms.actors import actor
from rooms.bans import bar
from rooms.identities import user_behind
from rooms.models import NAME_LENGTH, AuditEntry, Ban, Invitation, JoinLink, Membership, NetworkBan, Room, Use
from signaling import live
from signaling.permissions import Actor
from signaling.protocol.values import Role
from signaling.settings import HOSTS

Action = AuditEntry.Action


@transaction.atomic
def make(by: User) -> Room:
    """A new room, with a name and a code, that ``by`` owns."""
    name = _("%(person)s’s meeting") % {"person": by.display_name} if by.display_name else _("Meeting")
    room = Room(name=name[:NAME_LENGTH])
    create(actor(by, "owner"), room)
    Membership.objects.create(room=room, user=by, role=Membership.Role.OWNER)
    return room


@transaction.atomic
def create(by: Actor, room: Room) -> None:
    """Save a new room, to which nobody belongs yet. Everybody with an account may do this."""
    room.save()
    audit.record(room, by, Action.CREATED)
    emit(Event.Kind.ROOM_CHANGED, room.pk, change="created")


@transaction.atomic
def save(by: Actor, room: Room, changed: Collection[str]) -> None:
    """Save the fields of ``room`` that somebody ``changed``. Without any, this does nothing."""
    if not changed:
        return
    others = sorted(set(changed) - {"locked"})
    if "locked" in changed:
        by.must("lock")
    if others:
        by.must("edit")
    _store(room, changed)
    if "locked" in changed:
        audit.record(room, by, Action.LOCKED if room.locked else Action.UNLOCKED)
    if others:
        audit.record(room, by, Action.EDITED, ", ".join(others))


@transaction.atomic
def lock(by: Actor, room: Room, locked: bool) -> None:
    """Lock or unlock a room. Nothing changes if that is so already."""
    by.must("lock")
    known = Room.objects.held(room.pk)
    room.locked = locked
    if known is not None and known.locked != locked:
        save(by, room, ["locked"])


@transaction.atomic
def hold(by: Actor, room: Room, waits: Room.WhoWaits) -> None:
    """From now on these people wait until a host lets them in; with ``NOBODY``, whoever waits in the lobby is let in. Nothing
    changes if that is so already.
    """
    by.must("edit")
    known = Room.objects.held(room.pk)
    if known is not None:
        wanted = {"waits": waits, "lobby_opens": Room.Opens.NEVER}
        changed = {name: value for name, value in wanted.items() if getattr(known, name) != value}
        for name, value in changed.items():
            setattr(known, name, value)
        save(by, known, changed)


@transaction.atomic
def hold_guests(by: Actor, room: Room) -> None:
    """From now on, at least people without an account wait until a host lets them in. Nothing changes if that is so already."""
    by.must("edit")
    known = Room.objects.held(room.pk)
    if known is not None and not known.holds_guests:
        hold(by, known, Room.WhoWaits.GUESTS if known.waits == Room.WhoWaits.NOBODY else Room.WhoWaits(known.waits))


@transaction.atomic
def reserve(by: Actor, room: Room, use: Use, reserved: bool) -> None:
    """From now on only owners and hosts have a use, or everyone has it. Nothing changes if that is so already."""
    by.must("restrict")
    known = Room.objects.held(room.pk)
    if known is not None and (field := known.reserve(use, reserved)):
        _store(known, [field])
        audit.record(known, by, Action.RESERVED if reserved else Action.OPENED, use=use)


@transaction.atomic
def delete(by: Actor, room: Room) -> None:
    by.must("delete")
    audit.record(room, by, Action.DELETED)
    emit(Event.Kind.ROOM_CHANGED, room.pk, change="deleted")
    _afterwards(live.close, str(room.pk))
    room.delete()


@transaction.atomic
def enroll(by: Actor, membership: Membership) -> None:
    """Save a new membership, of whatever role."""
    by.must("add", _role(membership))
    membership.save()
    audit.record(membership.room, by, Action.ADDED, str(membership))
    _pass_on_role(membership)


@transaction.atomic
def change_role(by: Actor, membership: Membership, role: Membership.Role) -> None:
    """Change a role in the room, and in a live meeting."""
    by.must("set_role", _role(Membership.objects.select_for_update().get(pk=membership.pk)))
    membership.role = role
    by.must("set_role", _role(membership))
    membership.save(update_fields=["role"])
    audit.record(membership.room, by, Action.ROLE, f"{membership.user}: {role.label}")
    _pass_on_role(membership)


def give_role(by: Actor, room: Room, participant: str, role: Membership.Role) -> bool:
    """Make somebody in the meeting who has an account a host, or a member. False if they have no account.

    Raises LookupError if there is no such participant; and live.Unreachable.
    """
    person = live.person(str(room.pk), participant)
    if person is None or person.state != "present":
        raise LookupError(participant)
    user = user_behind(person.identity)
    if user is not None:
        _give_role(by, room, user, role)
    return user is not None


@transaction.atomic
def _give_role(by: Actor, room: Room, user: User, role: Membership.Role) -> None:
    if Room.objects.held(room.pk) is None:
        return
    known = room.memberships.filter(user=user).first()
    before: Role = _role(known) if known is not None else "guest"
    if before == role:
        return
    action: Literal["promote", "demote"] = "demote" if before in HOSTS else "promote"
    by.must(action, by.target(f"user:{user.pk}", before))
    membership, _created = Membership.objects.update_or_create(room=room, user=user, defaults={"role": role})
    audit.record(room, by, Action.ROLE, f"{user}: {role.label}")
    _pass_on_role(membership)


@transaction.atomic
def drop(by: Actor, membership: Membership) -> None:
    """Remove a person from the room and from a live meeting."""
    identity = f"user:{membership.user_id}"
    by.must("drop", by.target(identity, _role(membership)))
    audit.record(membership.room, by, Action.DROPPED, str(membership.user))
    membership.delete()
    _afterwards(live.expel, str(membership.room_id), identity)


def bar_network(by: Actor, room: Room, participant: str) -> bool:
    """For a day, ban people without an account who come from the network of a participant whom ``by`` may ban.

    Nobody is removed. False if the participant, or their network, is unknown. Raises live.Unreachable.
    """
    person = live.person(str(room.pk), participant)
    if person is None or not person.prefix:
        return False
    by.must("ban", by.target(person.identity, person.role))
    _bar(by, room, person.prefix, shown_name(person.name, person.role))
    return True


@transaction.atomic
def _bar(by: Actor, room: Room, prefix: str, name: str) -> None:
    bar(room, prefix, name, by)
    audit.record(room, by, Action.BARRED, name)


@transaction.atomic
def unbar_network(by: Actor, ban: NetworkBan) -> None:
    by.must("unban")
    audit.record(ban.room, by, Action.UNBARRED, ban.name)
    ban.delete()


@transaction.atomic
def let_back(by: Actor, ban: Ban) -> None:
    """End a ban, also in a live meeting."""
    by.must("unban")
    audit.record(ban.room, by, Action.UNBANNED, shown_name(ban.name, "guest" if ban.guest else "member"))
    _afterwards(live.unban, str(ban.room_id), ban.identity)
    ban.delete()


@transaction.atomic
def invite(by: Actor, room: Room, email: str) -> Invitation:
    """Make an invitation for this address, whether it has an account or not. An existing invitation is renewed, and keeps its
    link.
    """
    by.must("invite")
    audit.record(room, by, Action.INVITED, email)
    renewed = {"by": user_behind(by.identity), "created_at": timezone.now()}
    invitation, _created = Invitation.objects.update_or_create(room=room, email=email, defaults=renewed)
    return invitation


@transaction.atomic
def withdraw(by: Actor, invitation: Invitation) -> None:
    by.must("withdraw")
    audit.record(invitation.room, by, Action.WITHDREW, invitation.email)
    invitation.delete()


@transaction.atomic
def accept(by: User, invitation: Invitation) -> bool:
    """Become a member. False if the invitation was used or withdrawn meanwhile, or if ``by`` is banned."""
    room = invitation.room
    if Ban.objects.filter(room=room, user=by).exists() or not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        return False
    membership, created = Membership.objects.get_or_create(room=room, user=by)
    if created:
        _pass_on_role(membership)
    audit.record(room, actor(by, _role(membership)), Action.ACCEPTED, invitation.email)
    return True


@transaction.atomic
def vouch(by: Actor, room: Room, name: str, role: JoinLink.Role, *, life: timedelta, language: str = "") -> JoinLink:
    """Make a join link that can be used for ``life``, which is at most ``join_links.LIFE_MAX``."""
    by.must("vouch", cast(Role, role.value))
    maker = user_behind(by.identity)
    link = JoinLink(room=room, name=name, role=role, language=language, by=maker, by_staff=by.standing == "staff")
    link.expires_at = Now() + min(life, join_links.LIFE_MAX)
    link.save()
    audit.record(room, by, Action.VOUCHED, str(link))
    return link


@transaction.atomic
def unvouch(by: Actor, link: JoinLink) -> bool:
    """Withdraw a join link. False if it has been used meanwhile: whoever used it keeps the role until it ends."""
    by.must("vouch", cast(Role, link.role))
    if not JoinLink.objects.filter(pk=link.pk).unused().delete()[0]:
        return False
    audit.record(link.room, by, Action.UNVOUCHED, str(link))
    return True


@transaction.atomic
def follow(link: JoinLink, user: User | None, guest: str) -> bool:
    """Use a join link up, for ``user`` or else for the guest of this id, who has its role from now on for ``join_links.STAY``.

    True also if it is this person who has used it, as of two requests at once. False if somebody else has, if it has expired
    unused, or if whoever made it may not give this role any more.
    """
    person = {"user": user, "guest": "" if user is not None else guest}
    links = JoinLink.objects.filter(pk=link.pk)
    if join_links.holds(link) and links.unused().current().update(expires_at=Now() + join_links.STAY, **person):
        audit.record(link.room, actor(user, "guest") if user is not None else None, Action.FOLLOWED, str(link))
        return True
    return links.used().filter(**person).exists()


@transaction.atomic
def decline(by: User | None, invitation: Invitation) -> bool:
    """Decline an invitation. Whoever has the link may do this, also without an account. False if it is gone already."""
    if not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        return False
    audit.record(invitation.room, actor(by, "guest") if by else None, Action.DECLINED, invitation.email)
    return True


def _role(membership: Membership) -> Role:
    return cast(Role, membership.role)


def _store(room: Room, fields: Collection[str]) -> None:
    """Save these settings, as a new version, also in a live meeting."""
    room.settings_version = F("settings_version") + 1
    room.save(update_fields=[*fields, "settings_version"])
    room.refresh_from_db(fields=["settings_version"])
    emit(Event.Kind.ROOM_CHANGED, room.pk, change="settings", fields=sorted(fields))
    _afterwards(_configure, room.pk)


def _configure(pk: int) -> None:
    """Pass on the settings, read again: somebody else may have changed other settings meanwhile."""
    if room := Room.objects.filter(pk=pk).first():
        live.configure(str(pk), room.live_settings)


def _pass_on_role(membership: Membership) -> None:
    """Set the role in a live meeting, too."""
    _afterwards(live.set_role, str(membership.room_id), f"user:{membership.user_id}", _role(membership))


def _afterwards(act: Callable[..., object], *args: object, **options: object) -> None:
    transaction.on_commit(partial(act, *args, **options))
