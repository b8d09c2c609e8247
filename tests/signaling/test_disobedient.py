"""Clients that do not do what they are told: what they send after it, or in somebody else's name, reaches nobody."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Room
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, candidate, configure, cookie, from_database, guest, meet

pytestmark = pytest.mark.django_db(transaction=True)


def offer(to: str) -> dict[str, Any]:
    return {"type": "signal", "to": to, "connection": "c", "negotiation": 1, "description": {"type": "offer", "sdp": "v=0"}}


def everything(*ids: str) -> list[dict[str, Any]]:
    """Whatever Mallory could want to say to somebody, or to do to them."""
    about = [{"type": kind, "id": one} for kind in ("admit", "deny", "remove", "lower") for one in ids]
    bans = [{"type": "remove", "id": one, "ban": True} for one in ids]
    report = {"type": "report", "connected": 0, "relayed": 0, "unreached": [*ids], "silent": []}
    return [*map(offer, ids), *about, *bans, report, {"type": "hand", "raised": True}, {"type": "refresh"}]


async def heard(tab: Tab, *, before: Tab) -> list[dict[str, Any]]:
    """What a tab has received before a signal that another one sends now. The worker of that one delivers in order."""
    last = candidate(tab, "candidate:last")
    before.send(last)
    found = []
    while (message := await tab.receive()).get("candidate") != last["candidate"] or message["from"] != before.id:
        found.append(message)
    return found


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob, name="Weekly")


async def test_mallory_who_waits_reaches_nobody(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    await configure(stage[0], room, locked=True)
    for tab in (alice, bob):
        await tab.receive("locked")
    known = [alice.id, bob.id]
    for message in everything(*known):
        mallory = Tab(stage[1], room.slug, await from_database(guest))
        assert (await mallory.join(name="Mallory"))["type"] == "waiting"
        mallory.send(message)
        assert (await mallory.receive("refused"))["code"] == "unexpected"
        mallory.send({"type": "leave"})
        await mallory.ended()
    assert await heard(bob, before=alice) == []
    assert {message["type"] for message in await heard(alice, before=bob)} <= {"knocked", "left"}


async def test_mallory_who_was_removed_reaches_nobody(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    alice, bob = await meet(stage, room, alices, bobs)
    mallory = Tab(stage[1], room.slug, await from_database(guest))
    await mallory.join(name="Mallory")
    for tab in (alice, bob):
        await tab.receive("joined")
    alice.send({"type": "remove", "id": mallory.id})
    for tab in (alice, bob):
        assert (await tab.receive("left"))["reason"] == "removed"
    mallory.send(*everything(alice.id, bob.id))
    await mallory.receive("removed")
    assert await mallory.closed() == 4003
    again = Tab(stage[0], room.slug, mallory.cookie)
    assert ((await again.resume(mallory))["type"], await again.closed()) == ("removed", 4003)
    fresh = Tab(stage[1], room.slug, mallory.cookie)
    assert ((await fresh.join(name="Mallory"))["code"], await fresh.closed()) == ("wait", 4403)
    for tab in (again, fresh):
        tab.send(*everything(alice.id, bob.id))
    assert await heard(alice, before=bob) == await heard(bob, before=alice) == []


async def test_mallory_in_another_room_reaches_nobody(
    stage: Stage, room: Room, alices: Client, bobs: Client, mallory: User, mallorys: Client
) -> None:
    """She owns that room, so that she has every right there."""
    alice, bob = await meet(stage, room, alices, bobs)
    own = await from_database(lambda: make_room(mallory))
    tab = Tab(stage[0], own.slug, cookie(mallorys))
    await tab.join()
    for message in everything(alice.id, bob.id)[:-2]:
        tab.send(message)
        assert (await tab.receive("refused"))["code"] == "stranger", message
    assert await heard(alice, before=bob) == await heard(bob, before=alice) == []


FORGED = [
    *(
        f'"{name}":{value},'
        for name in ("from", "id", "role", "name", "identity", "sender")
        for value in ('"{alice}"', "null", "[]")
    ),
    *(
        f'"{name}":"x",'
        for name in ("room", "slug", "epoch", "version", "worker", "__proto__", "constructor", "d", "t", "participant")
    ),
    *('"type":"left",', '"type":"removed",', '"type":"joined",', '"to":"{alice}",', '"to":"{alice}","to":"{alice}",'),
    *(
        '"from":"{alice}","from":"{alice}",',
        '"\\u0066rom":"{alice}",',
        '"From":"{alice}",',
        '"from ":"{alice}",',
        '" from":"{alice}",',
    ),
    *('"type":"signal","from":"{alice}",', '"connection":{{}},', '"negotiation":"1",'),
]


@pytest.mark.parametrize("place", ["before", "after"])
async def test_nobody_speaks_as_somebody_else(stage: Stage, room: Room, alices: Client, bobs: Client, place: str) -> None:
    """Forty forged frames, each on a socket of its own. Bob gets nothing, or a signal that is from Mallory."""
    assert len(FORGED) >= 40
    alice, bob = await meet(stage, room, alices, bobs)
    mallorys = set()
    for number, forged in enumerate(FORGED):
        mallory = Tab(stage[number], room.slug, await from_database(guest))
        await mallory.join(name="Mallory")
        mallorys.add(mallory.id)
        text = json.dumps(candidate(bob))[1:-1]
        extra = forged.format(alice=alice.id)
        mallory.write(f"[{{{extra}{text}}}]" if place == "before" else f"[{{{text},{extra.rstrip(',')}}}]")
        mallory.send({"type": "leave"})
        await mallory.ended()
        signals = [message for message in await heard(bob, before=alice) if message["type"] == "signal"]
        assert {message["from"] for message in signals} <= mallorys, forged


async def test_a_lock_holds_for_whoever_comes_after_it(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    """Thirty people run to the door while it is locked. Whoever is in came before it; whoever came after it waits."""
    await from_database(lambda: Room.objects.filter(pk=room.pk).update(capacity=50))
    await meet(stage, room, alices, bobs)
    tabs = [Tab(stage[number], room.slug, await from_database(guest), client=f"192.0.2.{number}") for number in range(30)]
    locking = asyncio.create_task(configure(stage[0], room, locked=True))
    answers = await asyncio.gather(*(tab.join(name="Carol") for tab in tabs))
    await locking
    assert [answer["type"] for answer in answers] == ["waiting" if one["room"]["locked"] else "welcomed" for one in answers]
    late = Tab(stage[1], room.slug, await from_database(guest))
    assert (await late.join(name="Carol"))["type"] == "waiting"


async def test_nobody_who_is_let_in_learns_the_passcode(stage: Stage, room: Room, alices: Client, bobs: Client) -> None:
    passcode = "xyzzy plugh 7351"

    def protect() -> tuple[str, str]:
        room.set_passcode(passcode)
        room.locked = True
        room.settings_version += 1
        room.save()
        carol = Client()
        assert carol.post(f"/{room.slug}/passcode", {"passcode": passcode}).status_code == 302
        carol.get(f"/{room.slug}")
        return "; ".join(f"{name}={morsel.value}" for name, morsel in carol.cookies.items()), room.passcode

    cookies, kept = await from_database(protect)
    alice, bob = await meet(stage, room, alices, bobs)
    carol = Tab(stage[1], room.slug, cookies)
    assert (await carol.join(name="Carol"))["type"] == "waiting"
    alice.send({"type": "admit", "id": carol.welcome["id"]})
    carol.welcome = await carol.receive("welcomed")
    await carol.news()
    frames = "".join(frame for tab in (alice, bob, carol) for frame in tab.frames)
    assert passcode not in frames
    assert kept not in frames
    assert kept.rsplit("$", 1)[-1] not in frames


async def test_the_first_who_comes_has_no_rights(stage: Stage, room: Room) -> None:
    carol = Tab(stage[0], room.slug, await from_database(guest))
    welcome = await carol.join(name="Carol", capabilities=["rights"])
    assert [one["role"] for one in welcome["participants"]] == ["guest"]
    await carol.news()
    assert carol.rights == {}


def test_a_fresh_installation_has_no_accounts(db: None) -> None:
    assert not User.objects.exists()
