"""Every command asks the table of permissions. A refused command changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms.models import model_to_dict

from accounts.models import User
from rooms import commands
from rooms.models import AuditEntry, Ban, Invitation, Membership, Room
from signaling import live
from signaling.permissions import Action, Actor, Standing, Target, can
from signaling.protocol.values import Role
from tests.cast import person
from tests.conftest import browser
from tests.rooms.conftest import Enter, names
from tests.rooms.scenes import make_room, room_form

pytestmark = pytest.mark.django_db

Command = Callable[[Actor, Room], object]

#: Where it goes, and what is in it.
Form = tuple[str, dict[str, Any]]

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


@pytest.mark.parametrize("standing", STANDINGS)
def test_the_table_decides_who_ends_a_meeting(room: Room, enter: Enter, standing: Standing) -> None:
    by = Actor(standing, "user:0", "Trent")
    enter(room, "Carol", "guest:c")
    if can(standing, "end"):
        assert [live.end(by, str(room.pk)), live.end(by, str(room.pk))] == [True, False]
        assert AuditEntry.objects.get().actor_name == "Trent"
    else:
        with pytest.raises(PermissionDenied):
            live.end(by, str(room.pk))
        assert names(room.pk) == ["Carol"]
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


def changed(room: Room, **fields: str) -> dict[str, Any]:
    """The form of the settings, filled in as the room is but for these."""
    return room_form(room) | {"new_passcode": ""} | fields


def admins(room: Room, **fields: str) -> dict[str, Any]:
    """The same in the admin, whose form also has the memberships and the bans."""
    form = room_form(room)
    memberships = list(room.memberships.order_by("pk"))
    for prefix, count in (("memberships", len(memberships)), ("bans", room.bans.count()), ("network_bans", 0)):
        form |= {f"{prefix}-TOTAL_FORMS": str(count), f"{prefix}-INITIAL_FORMS": str(count)}
    for number, one in enumerate(memberships):
        row = {"id": one.pk, "room": room.pk, "user": one.user_id, "role": one.role}
        form |= {f"memberships-{number}-{name}": str(value) for name, value in row.items()}
    for number, ban in enumerate(room.bans.order_by("pk")):
        form |= {f"bans-{number}-id": str(ban.pk), f"bans-{number}-room": str(room.pk)}
    return form | fields


@pytest.mark.parametrize("role", ["owner", "host", "member"])
@pytest.mark.parametrize("standing", get_args(Role))
def test_the_table_decides_on_the_page_of_people(room: Room, standing: Role, role: Role) -> None:
    """Hank is another host, Mary another member, and Gus has only the link."""
    names: dict[Role, str] = {"owner": "Alice", "host": "Hank", "member": "Mary", "guest": "Gus"}
    for one in ("host", "member"):
        Membership.objects.create(room=room, user=person(names[one]), role=one)
    theirs = room.memberships.exclude(user__display_name=names["host" if role == "host" else "member"]).get(role=role)
    actor = browser(person(names[standing]))
    whom: Target = "oneself" if theirs.user == person(names[standing]) else role
    paths: list[tuple[Action, Target, str, dict[str, str]]] = [
        ("set_role", role, "role", {"role": "member" if role == "host" else "host"}),
        ("drop", whom, "remove", {}),
    ]
    for action, target, name, data in paths:
        undo = transaction.savepoint()
        answer = actor.post(f"/{room.slug}/people/{theirs.pk}/{name}", data)
        assert answer.status_code == (302 if can(standing, action, target) else 403 if can(standing, action) else 404)
        assert AuditEntry.objects.exists() is can(standing, action, target)
        transaction.savepoint_rollback(undo)


#: A form of a page, and one of the admin, that give the same command.
PATHS: dict[str, Callable[[Room], tuple[Form, Form]]] = {
    "lock": lambda room: (
        (f"/{room.slug}/lock", {"locked": "yes"}),
        (f"/admin/rooms/room/{room.pk}/live/lock/", {"locked": "yes"}),
    ),
    "change the settings": lambda room: (
        (f"/{room.slug}/settings", changed(room, name="Daily")),
        (f"/admin/rooms/room/{room.pk}/change/", admins(room, name="Daily")),
    ),
    "delete the room": lambda room: (
        (f"/{room.slug}/delete", {}),
        (f"/admin/rooms/room/{room.pk}/delete/", {"post": "yes"}),
    ),
    "let back in": lambda room: (
        (f"/{room.slug}/bans/{room.bans.get().pk}/lift", {}),
        (f"/admin/rooms/ban/{room.bans.get().pk}/delete/", {"post": "yes"}),
    ),
    "withdraw an invitation": lambda room: (
        (f"/{room.slug}/invitations/{room.invitations.get().pk}/withdraw", {}),
        (f"/admin/rooms/invitation/{room.invitations.get().pk}/delete/", {"post": "yes"}),
    ),
    "make a member a host": lambda room: (
        (f"/{room.slug}/people/{membership(room, 'member').pk}/role", {"role": "host"}),
        (f"/admin/rooms/room/{room.pk}/change/", admins(room, **{"memberships-2-role": "host"})),
    ),
    "take a member out": lambda room: (
        (f"/{room.slug}/people/{membership(room, 'member').pk}/remove", {}),
        (f"/admin/rooms/membership/{membership(room, 'member').pk}/delete/", {"post": "yes"}),
    ),
}


@pytest.mark.parametrize("forms", PATHS.values(), ids=PATHS)
def test_the_audit_does_not_tell_a_page_from_the_admin(
    room: Room, alice: User, forms: Callable[[Room], tuple[Form, Form]]
) -> None:
    """Alice, who owns the room, also runs the server."""
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    alices = browser(User.objects.get(pk=alice.pk))
    entries = []
    for path, data in forms(room):
        undo = transaction.savepoint()
        assert alices.post(path, data).status_code in {204, 302}
        entries.append([model_to_dict(entry, exclude=["id", "at"]) for entry in AuditEntry.objects.all()])
        transaction.savepoint_rollback(undo)
    assert len(entries[0]) == 1
    assert entries[0] == entries[1]
