"""Another system sees who is in Alice's meeting, and acts there. With two workers and one Redis, and again with one worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from api.document import document
from api.scopes import Scope
from rooms.models import AuditEntry, Ban, Membership, Room
from signaling.permissions import Action, Standing, can
from tests.api.scenes import System, problem
from tests.cast import person
from tests.redis_server import redis_url as redis_url
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, asked, configure, cookie, from_database, guest, written

pytestmark = pytest.mark.django_db(transaction=True)

HOSTS: tuple[Standing, ...] = ("owner", "host", "staff")
STANDINGS: tuple[Standing, ...] = (*HOSTS, "member")
#: By the end of the path: the right, and what is sent.
ACTIONS: dict[str, tuple[Action, Any]] = {
    "participants/{id}/remove": ("remove", None),
    "participants/{id}/ban": ("ban", None),
    "participants/{id}/restrict": ("restrict", {"use": "microphone"}),
    "participants/{id}/free": ("restrict", {"use": "microphone"}),
    "participants/{id}/ask": ("ask", {"use": "camera"}),
    "participants/{id}/lower": ("lower", None),
    "restrict": ("restrict", {"use": "microphone", "how": "forbidden"}),
    "free": ("restrict", {"use": "microphone"}),
    "notice": ("end", {"text": "Five minutes left."}),
    "end": ("end", None),
}
DECISIONS: dict[str, tuple[Action, Any]] = {
    "participants/{id}/admit": ("admit", None),
    "participants/{id}/deny": ("deny", {"reason": "We are full today."}),
}


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture(params=["two workers", "embedded"])
async def stage(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Stage]:
    async with asked(request.param, redis_url) as running:
        yield running


@pytest.fixture
async def alice_tab(stage: Stage, room: Room, alices: Client) -> Tab:
    tab = Tab(stage[0], room.slug, cookie(alices))
    await tab.join()
    return tab


@pytest.fixture
async def bob_tab(stage: Stage, room: Room, alice_tab: Tab, bobs: Client) -> Tab:
    """On the worker that the API does not ask."""
    tab = Tab(stage[1], room.slug, cookie(bobs))
    await tab.join()
    await alice_tab.receive("joined")
    return tab


async def system(standing: Standing, room: Room, *scopes: Scope) -> System:
    """Of somebody who has this standing in the room; of the deployment for the staff."""
    names = {"owner": "Alice", "member": "Bob", "host": "Hank", "guest": "Mallory"}

    def made() -> System:
        user = None if standing == "staff" else person(names[standing])
        if standing == "host" and user is not None:
            Membership.objects.create(room=room, user=user, role="host")
        return System(user, scopes or Scope)

    return await from_database(made)


async def post(system: System, room: Room, path: str, body: Any = None, **headers: str) -> Any:
    return await from_database(lambda: system.post(f"rooms/{room.slug}/{path}", body, **headers))


async def listed(system: System, room: Room) -> Any:
    return await from_database(lambda: system.get(f"rooms/{room.slug}/participants"))


async def waiting(stage: Stage, room: Room, alice_tab: Tab) -> Tab:
    await configure(stage[0], room, locked=True)
    await alice_tab.receive("locked")
    carol = Tab(stage[1], room.slug, guest())
    assert (await carol.join(name="Carol"))["type"] == "waiting"
    await alice_tab.receive("knocked")
    return carol


async def audit(stage: Stage) -> list[tuple[str, str, str]]:
    await written(stage)
    entries = AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target")
    return await from_database(lambda: list(entries))


async def test_who_is_there(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bob: User) -> None:
    carol = await waiting(stage, room, alice_tab)
    carol.send({"type": "note", "text": "It is me"})
    bob_tab.send({"type": "hand", "raised": True})
    alice_tab.send({"type": "restrict", "use": "screen", "how": "forbidden", "ids": [bob_tab.id]})
    for tab in (carol, bob_tab, alice_tab):
        await tab.news()
    await written(stage)
    owners = await system("owner", room, Scope.LIVE_READ)
    items = (await listed(owners, room)).json()["items"]
    assert [(one["name"], one["role"], one["state"], one["user"] is None) for one in items] == [
        ("Alice", "owner", "present", False),
        ("Bob", "member", "present", False),
        ("Carol", "guest", "waiting", True),
    ]
    facts = {name: value for name, value in items[1].items() if name not in {"name", "role", "state"}}
    assert facts.pop("since") is not None
    assert facts == {
        **{"id": bob_tab.id, "user": bob.pk, "connected": True, "breakout_room": None, "note": ""},
        **{"hand_raised": True, "asks_for_help": False, "restrictions": {"screen": "forbidden"}},
    }
    assert (items[2]["note"], items[2]["since"]) == ("It is me", None)
    assert "192.0.2" not in str(items)


async def test_in_which_breakout_room(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    alice_tab.send({"type": "divide", "names": ["Red", "Blue"], "how": "hand", "people": {bob_tab.id: 1}})
    await alice_tab.news()
    await written(stage)
    items = (await listed(await system("staff", room), room)).json()["items"]
    assert [(one["name"], one["breakout_room"]) for one in items] == [("Alice", None), ("Bob", "Blue")]


async def test_a_list_that_has_not_changed_is_not_sent_again(stage: Stage, room: Room, alice_tab: Tab) -> None:
    owners = await system("owner", room)
    await written(stage)
    seen = (await listed(owners, room))["ETag"]
    again = await from_database(lambda: owners.get(f"rooms/{room.slug}/participants", if_none_match=seen))
    assert again.status_code == 304


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("standing", STANDINGS)
async def test_who_decides_about_those_who_wait(
    stage: Stage, room: Room, alice_tab: Tab, standing: Standing, decision: str
) -> None:
    carol = await waiting(stage, room, alice_tab)
    (action, body), path = DECISIONS[decision], decision.format(id=carol.id)
    asks = await system(standing, room)
    answer = await post(asks, room, path, body)
    if not can(standing, action):
        assert problem(answer) == "forbidden"
        assert await audit(stage) == []
        return
    assert (answer.status_code, answer.content) == (204, b"")
    news = await carol.receive()
    assert (news["type"], news.get("reason")) == (("welcomed", None) if action == "admit" else ("denied", body["reason"]))
    assert problem(await post(asks, room, path, body)) == "not-found"
    assert [(entry, whom) for _by, entry, whom in await audit(stage)] == [
        ("admitted" if action == "admit" else "denied", "Guest Carol")
    ]


@pytest.mark.parametrize("path", ACTIONS)
@pytest.mark.parametrize("standing", STANDINGS)
async def test_who_acts_on_a_member(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, standing: Standing, path: str
) -> None:
    action, body = ACTIONS[path]
    answer = await post(await system(standing, room), room, path.format(id=bob_tab.id), body)
    if can(standing, action):
        assert (answer.status_code, answer.content) == (204, b"")
    else:
        assert problem(answer) == "forbidden"
        assert await audit(stage) == []
        await bob_tab.receives_nothing()


async def test_what_a_ban_and_its_audit_say(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bob: User) -> None:
    assert (await post(await system("staff", room), room, f"participants/{bob_tab.id}/ban")).status_code == 204
    await bob_tab.receive("removed")
    assert await bob_tab.closed() == 4003
    assert await audit(stage) == [("Timetable", "banned", "Bob")]
    assert await from_database(lambda: [(ban.user, ban.by) for ban in Ban.objects.select_related("user", "by")]) == [(bob, None)]


async def test_bob_is_muted_and_asked_and_then_everybody(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    dave = Tab(stage[0], room.slug, guest())
    await dave.join(name="Dave")
    await bob_tab.receive("joined")
    owners = await system("owner", room)
    path = f"participants/{bob_tab.id}"
    await post(owners, room, f"{path}/restrict", {"use": "microphone"})
    assert (await bob_tab.receive("restrictions"))["people"] == {bob_tab.id: {"microphone": "stopped"}}
    await post(owners, room, f"{path}/free", {"use": "microphone"})
    assert (await bob_tab.receive("restrictions"))["people"] == {}
    await post(owners, room, f"{path}/ask", {"use": "microphone"})
    assert (await bob_tab.receive("asked"))["use"] == "microphone"
    assert await audit(stage) == [("Alice", "stopped", "Bob"), ("Alice", "freed", "Bob")]
    await post(owners, room, "restrict", {"use": "camera", "how": "forbidden"})
    await told(bob_tab, {bob_tab.id: {"camera": "forbidden"}, dave.id: {"camera": "forbidden"}})
    await post(owners, room, "free", {"use": "camera"})
    await told(bob_tab, {})
    assert len(await audit(stage)) == 6


async def told(tab: Tab, people: dict[str, dict[str, str]]) -> None:
    """These restrictions, the last if several changes follow each other."""
    while (await tab.receive("restrictions"))["people"] != people:
        pass


async def test_a_hand_is_lowered(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    bob_tab.send({"type": "hand", "raised": True})
    await bob_tab.receive("hands")
    assert (await post(await system("owner", room), room, f"participants/{bob_tab.id}/lower")).status_code == 204
    assert (await bob_tab.receive("hands"))["ids"] == []


async def test_a_host_does_not_act_on_the_owner(stage: Stage, room: Room, alice_tab: Tab) -> None:
    hosts = await system("host", room)
    for path, (action, body) in ACTIONS.items():
        if "{id}" in path and action != "lower":
            assert problem(await post(hosts, room, path.format(id=alice_tab.id), body)) == "forbidden"
    await alice_tab.receives_nothing()


async def test_everybody_is_told_something(stage: Stage, room: Room, alice_tab: Tab, bobs: Client) -> None:
    bob_tab = Tab(stage[1], room.slug, cookie(bobs))
    await bob_tab.join(capabilities=["breakouts"])
    system_of_all = await system("staff", room)
    assert (await post(system_of_all, room, "notice", {"text": "Five minutes left."})).status_code == 204
    said = await bob_tab.receive("broadcast")
    assert (said["name"], said["text"]) == ("Timetable", "Five minutes left.")
    await post(system_of_all, room, "end")
    assert problem(await post(system_of_all, room, "notice", {"text": "Anybody?"})) == "conflict"


async def test_the_meeting_is_ended_once(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    owners = await system("owner", room)
    assert (await post(owners, room, "end")).status_code == 204
    for tab in (alice_tab, bob_tab):
        assert await tab.closed() == 4003
    assert problem(await post(owners, room, "end")) == "conflict"
    assert await audit(stage) == [("Alice", "ended", "")]


async def test_a_request_that_is_sent_twice_is_answered_twice_and_done_once(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab
) -> None:
    owners = await system("owner", room)
    path = f"participants/{bob_tab.id}/remove"
    first, second = [await post(owners, room, path, idempotency_key="k1") for _ in range(2)]
    assert (first.status_code, second.status_code, second["Idempotency-Replayed"]) == (204, 204, "true")
    assert problem(await post(owners, room, path)) == "not-found"
    assert await audit(stage) == [("Alice", "removed", "Bob")]


async def test_nobody_is_admitted_to_a_full_meeting(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    carol = await waiting(stage, room, alice_tab)
    await configure(stage[0], room, capacity=2)
    answer = await post(await system("owner", room), room, f"participants/{carol.id}/admit")
    assert (problem(answer), answer.json()["detail"]) == ("conflict", "The meeting is full.")


async def test_whoever_is_no_participant_any_more(stage: Stage, room: Room, alice_tab: Tab) -> None:
    owners = await system("owner", room)
    for path, (_action, body) in (ACTIONS | DECISIONS).items():
        if "{id}" in path:
            assert problem(await post(owners, room, path.format(id="p-gone"), body)) == "not-found", path


async def test_mallory_learns_nothing(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    mallory = await system("guest", room)
    assert problem(await listed(mallory, room)) == "not-found"
    for path, (_action, body) in (ACTIONS | DECISIONS).items():
        assert problem(await post(mallory, room, path.format(id=bob_tab.id), body)) == "not-found", path
    assert problem(await listed(await system("member", room), room)) == "forbidden"
    await bob_tab.receives_nothing()


async def test_reading_is_one_scope_and_acting_another(stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab) -> None:
    reads, acts = await system("owner", room, Scope.LIVE_READ), await system("owner", room, Scope.LIVE_WRITE)
    assert (await listed(acts, room)).json()["scope"] == "live:read"
    for path, (_action, body) in (ACTIONS | DECISIONS).items():
        assert (await post(reads, room, path.format(id=bob_tab.id), body)).json()["scope"] == "live:write"
    await bob_tab.receives_nothing()


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("participants/a%20b/admit", None, {"parameter": "id"}),
        (f"participants/{'x' * 33}/remove", None, {"parameter": "id"}),
        ("participants/p1/deny", {"reason": "x" * 201}, {"pointer": "#/reason"}),
        ("participants/p1/deny", {"reason": "a\u202eb"}, {"pointer": "#/reason"}),
        ("participants/p1/deny", {"reason": 5}, {"pointer": "#/reason"}),
        ("participants/p1/deny", {"why": "no"}, {"pointer": "#/why"}),
        ("participants/p1/restrict", {"use": "dance"}, {"pointer": "#/use"}),
        ("participants/p1/restrict", {"use": "camera", "how": "gently"}, {"pointer": "#/how"}),
        ("participants/p1/restrict", {}, {"pointer": "#/use"}),
        ("restrict", {"use": "camera", "ids": ["p1"]}, {"pointer": "#/ids"}),
        ("notice", {"text": "\u200b"}, {"pointer": "#/text"}),
        ("notice", {"text": "x" * 501}, {"pointer": "#/text"}),
    ],
    ids=str,
)
def test_a_bad_value_is_named(alice: User, path: str, body: Any, where: dict[str, str]) -> None:
    room = make_room(alice)
    refused = System(alice).post(f"rooms/{room.slug}/{path}", body)
    assert problem(refused) == "invalid"
    error = refused.json()["errors"][0]
    assert {name: value for name, value in error.items() if name != "detail"} == where


def test_a_meeting_that_does_not_answer_is_not_an_empty_one(alice: User, settings: LazySettings) -> None:
    settings.EMBEDDED, settings.REDIS_URL = False, "redis://127.0.0.1:9/0"
    room = make_room(alice)
    owners = System(alice)
    answers = [owners.get(f"rooms/{room.slug}/participants")]
    answers += [
        owners.post(f"rooms/{room.slug}/{path.format(id='p1')}", body) for path, (_action, body) in (ACTIONS | DECISIONS).items()
    ]
    assert [(problem(answer), answer["Retry-After"]) for answer in answers] == [("unavailable", "5")] * len(answers)
    assert not AuditEntry.objects.exists()


def test_every_action_is_tried_here() -> None:
    paths = {path.removeprefix("/api/v1/rooms/{code}/") for path in document()["paths"] if "/participants" in path}
    assert paths - {"participants"} == {path for path in ACTIONS | DECISIONS if "{id}" in path}
