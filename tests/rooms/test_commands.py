"""Every command is refused by the table of permissions, whoever calls it, and leaves nothing behind then."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from rooms import commands
from rooms.models import AuditEntry, Ban, Invitation, Membership, Room
from signaling.permissions import Action, Actor, Standing, Target, can
from signaling.protocol import Role
from tests.cast import person
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

Command = Callable[[Actor, Room], object]

STANDINGS: tuple[Standing, ...] = (*get_args(Role), "staff")


@pytest.fixture
def room(alice: User, bob: User, carol: User) -> Room:
    room = make_room(alice, host=bob, member=carol)
    Ban.objects.create(room=room, guest="m", name="Mallory")
    Invitation.objects.create(room=room, email="dave@example.org")
    return room


def membership(room: Room, role: str) -> Membership:
    return room.memberships.get(role=role)


def set_role(before: str, after: str) -> Command:
    return lambda by, room: commands.change_role(by, membership(room, before), Membership.Role(after))


def drop(role: str) -> Command:
    return lambda by, room: commands.drop(by, membership(room, role))


#: What is done, and to which roles.
COMMANDS: dict[str, tuple[Action, list[Target], Command]] = {
    "lock": ("lock", [], lambda by, room: commands.lock(by, room, True)),
    "change the settings": ("edit", [], lambda by, room: commands.save(by, room, ["name"])),
    "end the meeting": ("end", [], commands.end),
    "delete the room": ("delete", [], commands.delete),
    "let back in": ("unban", [], lambda by, room: commands.let_back(by, room.bans.get())),
    "invite": ("invite", [], lambda by, room: commands.invite(by, room, "erin@example.org")),
    "withdraw an invitation": ("withdraw", [], lambda by, room: commands.withdraw(by, room.invitations.get())),
    "add": ("add", ["member"], lambda by, room: commands.enroll(by, Membership(room=room, user=person("Erin")))),
    "make a member a host": ("set_role", ["member", "host"], set_role("member", "host")),
    "make a host a member": ("set_role", ["host", "member"], set_role("host", "member")),
    "make the owner a member": ("set_role", ["owner", "member"], set_role("owner", "member")),
    "take a member out": ("drop", ["member"], drop("member")),
    "take a host out": ("drop", ["host"], drop("host")),
    "take the owner out": ("drop", ["owner"], drop("owner")),
}


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize(("action", "targets", "command"), COMMANDS.values(), ids=COMMANDS)
def test_the_table_decides(room: Room, standing: Standing, action: Action, targets: list[Target], command: Command) -> None:
    by = Actor(standing, "user:0", "Trent")
    if can(standing, action) and all(can(standing, action, target) for target in targets):
        command(by, room)
        assert AuditEntry.objects.get().actor_name == "Trent"
    else:
        with pytest.raises(PermissionDenied):
            command(by, room)
        assert not AuditEntry.objects.exists()


def test_a_role_that_was_read_too_early_does_not_count(room: Room) -> None:
    """Alice’s page has Carol as a member, and meanwhile Carol is the owner."""
    carol = membership(room, "member")
    membership(room, "owner").delete()
    Membership.objects.filter(pk=carol.pk).update(role="owner")
    with pytest.raises(PermissionDenied):
        commands.change_role(Actor("owner", "user:0", "Alice"), carol, Membership.Role.HOST)


@pytest.mark.parametrize("role", ["host", "member"])
def test_everybody_but_the_owner_takes_themselves_out(room: Room, role: Role) -> None:
    mine = membership(room, role)
    commands.drop(Actor(role, f"user:{mine.user_id}", str(mine.user)), mine)
    assert not room.memberships.filter(pk=mine.pk).exists()
