"""What is done to people in a meeting is one command, whether it comes over a socket or from the admin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Literal, get_args

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from accounts.models import User
from rooms.models import AuditEntry, Ban, Membership, Room
from signaling import process
from signaling.permissions import Target, can
from signaling.protocol.values import Role
from signaling.roster.base import Change
from signaling.roster.memory import MemoryRoster
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.signaling.stage import Clock, Stage, Tab, configure, cookie, embedded, from_database, new_worker, running, written

pytestmark = pytest.mark.django_db(transaction=True)

Removal = Literal["remove", "ban"]

REMOVALS: tuple[Removal, ...] = get_args(Removal)
ROLES: tuple[Role, ...] = get_args(Role)
#: Who acts, and who is acted on. The room has one owner, who may have two tabs.
ACTORS: dict[Role, str] = {"owner": "Alice", "host": "Hank", "member": "Bob", "guest": "Carol"}
TARGETS: dict[Role, str] = {"owner": "Alice", "host": "Helen", "member": "Bert", "guest": "Mallory"}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with embedded() as running:
        process.use(running[0])
        yield running
        process.use(None)


@pytest.fixture
def room(alice: User) -> Room:
    """Alice owns it, and runs the server, too."""
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    room = make_room(alice)
    for names in (ACTORS, TARGETS):
        for role in ("host", "member"):
            Membership.objects.create(room=room, user=person(names[role]), role=role)
    return room


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


async def enter(stage: Stage, room: Room, name: str) -> Tab:
    tab = Tab(stage[0], room.slug, await from_database(lambda: cookie(signed_in(name))))
    await tab.join()
    return tab


async def by_socket(actor: Tab, target: Tab, action: Removal) -> str:
    """The code of the refusal, "" if there is none."""
    actor.send({"type": "remove", "id": target.id, "ban": action == "ban"})
    return "".join(await actor.refusals())


async def by_admin(room: Room, target: Tab, action: Removal) -> int:
    """The status."""
    data = {"participant": target.id, **({"ban": "yes"} if action == "ban" else {})}
    client = await from_database(lambda: signed_in("Alice"))
    answer = await asyncio.to_thread(client.post, f"/admin/rooms/room/{room.pk}/live/remove/", data)
    return int(answer.status_code)


async def stays(tab: Tab) -> bool:
    """Whether a participant is still there; if not, their browser has received why."""
    tab.send({"type": "ping"})
    while (message := await tab.receive())["type"] not in {"pong", "removed"}:
        pass
    assert message["type"] == "pong" or (message["reason"], await tab.closed()) == ("removed", 4003)
    return bool(message["type"] == "pong")


@pytest.mark.parametrize("action", REMOVALS)
@pytest.mark.parametrize("standing", ROLES)
async def test_the_table_decides_over_a_socket(stage: Stage, room: Room, standing: Role, action: Removal) -> None:
    actor = await enter(stage, room, ACTORS[standing])
    for role, name in TARGETS.items():
        target = await enter(stage, room, name)
        whom: Target = "oneself" if name == ACTORS[standing] else role
        permitted = can(standing, action, whom)
        assert await by_socket(actor, target, action) == ("" if permitted else "forbidden")
        assert await stays(target) is not permitted


@pytest.mark.parametrize("action", REMOVALS)
async def test_the_table_decides_in_the_admin(stage: Stage, room: Room, action: Removal) -> None:
    for role, name in TARGETS.items():
        if name != "Alice":
            target = await enter(stage, room, name)
            assert await by_admin(room, target, action) == (302 if can("staff", action, role) else 403)
            assert await stays(target) is not can("staff", action, role)


@pytest.mark.parametrize("action", ["admit", "deny"])
@pytest.mark.parametrize("standing", ROLES)
async def test_the_table_decides_about_who_waits(
    stage: Stage, room: Room, standing: Role, action: Literal["admit", "deny"]
) -> None:
    actor = await enter(stage, room, ACTORS[standing])
    await configure(stage[0], room, locked=True)
    waiting = await enter(stage, room, "Mallory")
    assert waiting.welcome["type"] == "waiting"
    actor.send({"type": action, "id": waiting.id})
    codes = await actor.refusals()
    assert codes == ([] if can(standing, action) else ["forbidden"])
    if can(standing, action):
        await waiting.receive("welcomed" if action == "admit" else "denied")


async def test_nobody_is_turned_away_who_was_let_in(stage: Stage, room: Room) -> None:
    alice, bob = await enter(stage, room, "Alice"), await enter(stage, room, "Bob")
    alice.send({"type": "deny", "id": bob.id}, {"type": "admit", "id": bob.id})
    assert await alice.refusals() == ["stranger", "stranger"]
    assert await stays(bob)


@pytest.mark.parametrize("path", ["socket", "admin"])
@pytest.mark.parametrize("action", REMOVALS)
async def test_it_is_in_the_audit_as_the_same(stage: Stage, room: Room, alice: User, action: Removal, path: str) -> None:
    bob = await enter(stage, room, "Bob")
    if path == "socket":
        await by_socket(await enter(stage, room, "Alice"), bob, action)
    else:
        await by_admin(room, bob, action)
    await written(stage)
    rows = await from_database(lambda: [model_to_dict(entry, exclude=["id", "at"]) for entry in AuditEntry.objects.all()])
    what = {"action": "banned" if action == "ban" else "removed", "target": "Bob"}
    assert rows == [
        {"room": room.pk, "room_name": "Weekly", "actor": alice.pk, "actor_name": "Alice", "address": "", "use": "", **what}
    ]
    belongs = await from_database(lambda: room.memberships.filter(user__display_name="Bob").exists())
    assert (belongs, await from_database(Ban.objects.exists)) == ((False, True) if action == "ban" else (True, False))


async def test_a_host_who_is_none_any_more_and_does_not_know_it_decides_nothing(stage: Stage, room: Room) -> None:
    """No worker has news of the change, as when its mail is lost."""
    hank, bob = await enter(stage, room, "Hank"), await enter(stage, room, "Bob")
    await stage[0].roster.update(str(room.pk), hank.id, role="member")
    for action in REMOVALS:
        assert await by_socket(hank, bob, action) == "forbidden"
    assert await stays(bob)


class Slow(MemoryRoster):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.gate = asyncio.Event()

    async def leave(self, *arguments: Any) -> Change | None:
        change = await super().leave(*arguments)
        await self._answer()
        return change

    async def ban(self, *arguments: Any) -> list[Change]:
        changes = await super().ban(*arguments)
        await self._answer()
        return changes

    async def _answer(self) -> None:
        self.asked.set()
        await self.gate.wait()


@pytest.mark.parametrize("action", REMOVALS)
async def test_a_host_whose_socket_is_lost_in_the_middle_has_removed_somebody(room: Room, action: Removal) -> None:
    roster = Slow()
    async with running(new_worker(roster, None)) as worker:
        stage = Stage([worker], Clock())
        alice, bob, carol = [await enter(stage, room, name) for name in ("Alice", "Bob", "Carol")]
        alice.send({"type": "remove", "id": bob.id, "ban": action == "ban"})
        await asyncio.wait_for(roster.asked.wait(), 60)
        await alice.kill()
        roster.gate.set()
        assert not await stays(bob)
        await written(stage)
        left = [(message["id"], message["reason"]) for message in await carol.news() if message["type"] == "left"]
        assert left == [(bob.id, "removed")]
        assert await from_database(lambda: [entry.target for entry in AuditEntry.objects.all()]) == ["Bob"]


async def test_of_two_who_remove_somebody_one_has_done_it(stage: Stage, room: Room) -> None:
    alice, hank, bob = [await enter(stage, room, name) for name in ("Alice", "Hank", "Bob")]
    for tab in (alice, hank):
        tab.send({"type": "remove", "id": bob.id})
    answers = [message.get("code") for tab in (alice, hank) for message in await tab.news() if message["type"] == "refused"]
    assert answers == ["stranger"]
    await written(stage)
    assert await from_database(AuditEntry.objects.count) == 1
