"""What people do to rooms: each action is one transaction with its audit entry, and what it means for a live meeting happens when
the transaction is through. Whether somebody may is decided by how the caller fetched what it hands over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from rooms import audit
from rooms.bans import keep_out
from rooms.models import NAME_LENGTH, AuditEntry, Ban, Invitation, Membership, Room
from signaling import live

Action = AuditEntry.Action


@transaction.atomic
def make(by: User) -> Room:
    """A new room, with a name and a code, that ``by`` owns."""
    name = _("%(person)s’s meeting") % {"person": by.display_name} if by.display_name else _("Meeting")
    room = Room.objects.create(name=name[:NAME_LENGTH])
    Membership.objects.create(room=room, user=by, role=Membership.Role.OWNER)
    audit.record(room, by, Action.CREATED)
    return room


@transaction.atomic
def save(by: User, room: Room, changed: Collection[str]) -> None:
    """Keep the fields of ``room`` that somebody ``changed``. Nothing changed, nothing happened."""
    if not changed:
        return
    room.settings_version = F("settings_version") + 1
    room.save(update_fields=[*changed, "settings_version"])
    room.refresh_from_db(fields=["settings_version"])
    _afterwards(_configure, room.pk)
    if "locked" in changed:
        audit.record(room, by, Action.LOCKED if room.locked else Action.UNLOCKED)
    if others := sorted(set(changed) - {"locked"}):
        audit.record(room, by, Action.EDITED, ", ".join(others))


def lock(by: User, room: Room, locked: bool) -> None:
    room.locked = locked
    save(by, room, ["locked"])


@transaction.atomic
def end(by: User, room: Room) -> None:
    """Everybody who is in the meeting leaves it. The room stays."""
    audit.record(room, by, Action.ENDED)
    _afterwards(live.end, str(room.pk))


@transaction.atomic
def delete(by: User, room: Room) -> None:
    audit.record(room, by, Action.DELETED)
    _afterwards(live.end, str(room.pk))
    room.delete()


@transaction.atomic
def enroll(by: User, membership: Membership) -> None:
    """Save a new membership, of whatever role."""
    membership.save()
    audit.record(membership.room, by, Action.ADDED, str(membership))
    _cast(membership)


@transaction.atomic
def change_role(by: User, membership: Membership, role: Membership.Role) -> None:
    """In the room, and in a meeting that is going on."""
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(membership.room, by, Action.ROLE, f"{membership.user}: {role.label}")
    _cast(membership)


@transaction.atomic
def drop(by: User, membership: Membership) -> None:
    """Out of the room, and out of the meeting."""
    audit.record(membership.room, by, Action.DROPPED, str(membership.user))
    membership.delete()
    _afterwards(_expel, str(membership.room_id), f"user:{membership.user_id}")


def remove(by: User, room: Room, participant: str, *, ban: bool) -> str | None:
    """Out of the meeting, with ``ban`` for good; an owner may come back. The person’s name; None if they have left."""
    # Asked before the transaction: SQLite would let nobody else write until the roster has answered.
    person = next((person for person in live.people(str(room.pk)) if person.id == participant), None)
    if person is None:
        return None
    _send_away(by, room, participant, person.identity, person.name, ban=ban)
    return person.name


@transaction.atomic
def _send_away(by: User, room: Room, participant: str, identity: str, name: str, *, ban: bool) -> None:
    banned = ban and keep_out(room, identity, name, by)
    audit.record(room, by, Action.BANNED if banned else Action.REMOVED, name)
    if banned:
        _afterwards(live.ban, str(room.pk), identity)
    else:
        _afterwards(live.remove, str(room.pk), participant)


@transaction.atomic
def let_back(by: User, ban: Ban) -> None:
    """May enter again, also a meeting that is going on."""
    audit.record(ban.room, by, Action.UNBANNED, ban.name)
    _afterwards(live.unban, str(ban.room_id), ban.identity)
    ban.delete()


@transaction.atomic
def invite(by: User, room: Room, email: str) -> Invitation:
    """An invitation for this address, whether it has an account or not. Inviting again renews the one there is, and its link."""
    audit.record(room, by, Action.INVITED, email)
    renewed = {"by": by, "created_at": timezone.now()}
    invitation, _created = Invitation.objects.update_or_create(room=room, email=email, defaults=renewed)
    return invitation


@transaction.atomic
def withdraw(by: User, invitation: Invitation) -> None:
    audit.record(invitation.room, by, Action.WITHDREW, invitation.email)
    invitation.delete()


@transaction.atomic
def accept(by: User, invitation: Invitation) -> bool:
    """Become a member. False when the invitation was used or withdrawn meanwhile, or does not reach ``by``, who is kept out."""
    room = invitation.room
    if Ban.objects.filter(room=room, user=by).exists() or not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        return False
    membership, created = Membership.objects.get_or_create(room=room, user=by)
    if created:
        _cast(membership)
    audit.record(room, by, Action.ACCEPTED, invitation.email)
    return True


def _configure(pk: int) -> None:
    """Read again: somebody else may have changed other settings meanwhile."""
    if room := Room.objects.filter(pk=pk).first():
        live.configure(str(pk), room.live_settings)


def _expel(room_id: str, identity: str) -> None:
    for participant in live.people(room_id):
        if participant.identity == identity:
            live.remove(room_id, participant.id)


def _cast(membership: Membership) -> None:
    """Who is in the meeting now has the role there, too."""
    _afterwards(live.set_role, str(membership.room_id), f"user:{membership.user_id}", Membership.Role(membership.role).value)


def _afterwards(act: Callable[..., object], *args: object, **options: object) -> None:
    transaction.on_commit(partial(act, *args, **options))
