"""One socket: who may open it, what it may send, and how it ends. Alice and Bob are in a meeting; Mallory misbehaves."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper
from django.test import Client

from accounts.models import User
from rooms.models import Room
from signaling.protocol.bounds import FRAME_BYTES, PERSON_BURST
from signaling.protocol.facts import Ice
from signaling.protocol.messages import Pair, Report
from signaling.protocol.values import Policy
from tests.rooms.scenes import make_room
from tests.signaling.stage import (
    ORIGIN,
    Stage,
    Tab,
    candidate,
    configure,
    cookie,
    embedded,
    from_database,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with embedded() as running:
        yield running


@pytest.fixture
async def alice_tab(stage: Stage, room: Room, alices: Client) -> Tab:
    tab = Tab(stage[0], room.slug, cookie(alices))
    await tab.join()
    return tab


@pytest.fixture
async def mallory_tab(stage: Stage, room: Room, alice_tab: Tab, mallorys: Client) -> Tab:
    tab = Tab(stage[0], room.slug, cookie(mallorys))
    await tab.join()
    await alice_tab.receive("joined")
    return tab


def offer(**fields: Any) -> dict[str, Any]:
    return {"type": "signal", "to": "x", "connection": "c", "negotiation": 1, "candidate": {"candidate": ""}, **fields}


def framed(**fields: Any) -> str:
    return json.dumps([offer(**fields)])


# Bad input

BAD = {
    "not JSON": ("hello", "malformed"),
    "half of it": ('[{"type": "leave"', "malformed"),
    "nothing": ("", "malformed"),
    "not an array": ('{"type": "leave"}', "malformed"),
    "an empty array": ("[]", "malformed"),
    "an array of other things": ('["leave", 1, null]', "malformed"),
    "too deep": ("[" * 100_000, "oversize"),
    "deep enough to hurt": ("[" * 30_000 + "]" * 30_000, "malformed"),
    "a deep field": (framed(candidate={"candidate": "", "sdpMid": [[[[[[[[["x"]]]]]]]]]}), "malformed"),
    "too large": (framed(candidate={"candidate": "x" * FRAME_BYTES}), "oversize"),
    "too many": (json.dumps([{"type": "leave"}] * 257), "oversize"),
    "an unknown type": ('[{"type": "websocket.disconnect"}]', "invalid"),
    "a method's name": ('[{"type": "__init__"}]', "invalid"),
    "no type": ('[{"to": "x"}]', "invalid"),
    "an unknown field": (framed(extra=1), "invalid"),
    "a forged sender": (framed(**{"from": "somebody"}), "invalid"),
    "a prototype": ('[{"type": "leave", "__proto__": {}}]', "invalid"),
    "not a number": ('[{"type": "signal", "to": "x", "connection": "c", "negotiation": NaN}]', "malformed"),
    "a negative number": (framed(negotiation=-1), "invalid"),
    "a large number": (framed(negotiation=2**53), "invalid"),
    "a lone surrogate": ('[{"type": "admit", "id": "\\ud800"}]', "malformed"),
    "an id too long": (framed(to="x" * 33), "invalid"),
    "an id of other letters": (framed(to="a b"), "invalid"),
    "a candidate too long": (framed(candidate={"candidate": "x" * 1_025}), "invalid"),
    "a description too long": ('[{"type":"signal","to":"x","connection":"c","negotiation":1,"description":{"type":"offer","sdp":"'
                               + "x" * 49_153 + '"}}]', "invalid"),
    "neither": ('[{"type": "signal", "to": "x", "connection": "c", "negotiation": 1}]', "invalid"),
    "a second join": ('[{"type": "join"}]', "unexpected"),
    "a guest's order": ('[{"type": "admit", "id": "x"}]', "forbidden"),
    "to a stranger": (framed(), "stranger"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
async def test_bad_input_is_refused_and_nobody_notices(alice_tab: Tab, mallory_tab: Tab, case: str) -> None:
    text, code = BAD[case]
    mallory_tab.write(text)
    assert (await mallory_tab.receive("refused"))["code"] == code
    await alice_tab.receives_nothing()
    mallory_tab.send(candidate(alice_tab))
    await alice_tab.receive("signal")


async def test_a_binary_frame_is_refused(alice_tab: Tab, mallory_tab: Tab) -> None:
    mallory_tab.write_bytes(b'[{"type": "leave"}]')
    assert (await mallory_tab.receive("refused"))["code"] == "malformed"
    await alice_tab.receives_nothing()


async def test_a_bad_message_does_not_harm_its_neighbours(alice_tab: Tab, mallory_tab: Tab) -> None:
    mallory_tab.send(candidate(alice_tab, "candidate:1"), {"type": "nonsense"}, candidate(alice_tab, "candidate:2"))
    assert (await mallory_tab.receive("refused"))["code"] == "invalid"
    assert [(await alice_tab.receive("signal"))["candidate"]["candidate"] for _ in range(2)] == ["candidate:1", "candidate:2"]


async def test_a_reason_is_given_but_nothing_of_the_server(mallory_tab: Tab) -> None:
    mallory_tab.write(framed(negotiation="one"))
    refused = await mallory_tab.receive("refused")
    assert set(refused) == {"type", "code", "reason"}
    assert 0 < len(refused["reason"]) <= 200


# Strikes and rates


async def test_the_fourth_strike_closes(alice_tab: Tab, mallory_tab: Tab) -> None:
    for _ in range(4):
        mallory_tab.write("nonsense")
    for _ in range(4):
        await mallory_tab.receive("refused")
    assert await mallory_tab.closed() == 4400
    assert (await alice_tab.receive("updated"))["participant"]["link"] == "detached"


async def test_a_strike_is_forgotten_after_a_while(stage: Stage, mallory_tab: Tab) -> None:
    for _ in range(3):
        mallory_tab.write("nonsense")
        await mallory_tab.receive("refused")
    stage.clock.advance(10)
    mallory_tab.write("nonsense")
    await mallory_tab.receive("refused")
    await mallory_tab.receives_nothing()


async def test_an_honest_mistake_is_no_strike(mallory_tab: Tab) -> None:
    for _ in range(20):
        mallory_tab.send(offer(to="gone"))
    for _ in range(20):
        assert (await mallory_tab.receive("refused"))["code"] == "stranger"
    await mallory_tab.receives_nothing()


async def test_a_flood_is_dropped_and_then_closed(stage: Stage, alice_tab: Tab, mallory_tab: Tab) -> None:
    stage.clock.advance(1)
    for _ in range(3):
        mallory_tab.send(*(candidate(alice_tab) for _ in range(100)))
    for _ in range(300):
        await alice_tab.receive("signal")
    mallory_tab.send(*(candidate(alice_tab) for _ in range(100)))
    for _ in range(4):
        assert (await mallory_tab.receive("refused"))["code"] == "flood"
    assert await mallory_tab.closed() == 4429
    await alice_tab.receive("updated")
    await alice_tab.receives_nothing()


async def test_the_rate_is_sustained(stage: Stage, alice_tab: Tab, mallory_tab: Tab) -> None:
    for _ in range(20):
        stage.clock.advance(1)
        mallory_tab.send(*(candidate(alice_tab) for _ in range(50)))
        for _ in range(50):
            await alice_tab.receive("signal")


# Recipients


async def test_nobody_signals_themselves(alice_tab: Tab) -> None:
    alice_tab.send(candidate(alice_tab))
    assert (await alice_tab.receive("refused"))["code"] == "stranger"


async def test_nobody_signals_into_another_room(stage: Stage, alice_tab: Tab, mallory: User, mallorys: Client) -> None:
    elsewhere = await from_database(lambda: make_room(mallory, name="Elsewhere"))
    outsider = Tab(stage[0], elsewhere.slug, cookie(mallorys))
    await outsider.join()
    for message in (candidate(alice_tab), {"type": "remove", "id": alice_tab.id}, {"type": "admit", "id": alice_tab.id}):
        outsider.send(message)
        assert (await outsider.receive("refused"))["code"] == "stranger"
    await alice_tab.receives_nothing()


async def test_nobody_signals_one_who_waits(stage: Stage, room: Room, alice_tab: Tab, carols: Client) -> None:
    await configure(stage[0], room, locked=True)
    await alice_tab.receive("locked")
    carol = Tab(stage[0], room.slug, cookie(carols))
    assert (await carol.join())["type"] == "waiting"
    await alice_tab.receive("knocked")
    alice_tab.send(candidate(carol))
    assert (await alice_tab.receive("refused"))["code"] == "stranger"


async def test_a_signal_to_one_whose_socket_is_lost_is_lost(alice_tab: Tab, mallory_tab: Tab) -> None:
    await mallory_tab.vanished()
    await alice_tab.receive("updated")
    alice_tab.send(candidate(mallory_tab))
    await alice_tab.receives_nothing()


# The handshake

STRANGE = {
    "missing": None,
    "null": "null",
    "empty": "",
    "another port": "http://localhost:8001",
    "no port": "http://localhost",
    "https": "https://localhost:8000",
    "a subdomain": "http://evil.localhost:8000",
    "a suffix": "http://localhost:8000.evil.example",
    "a user": "http://localhost:8000@evil.example",
    "a path": "http://localhost:8000/",
    "an impossible port": "http://localhost:99999",
    "another alphabet": "http://loc\u00e0lhost:8000",
}


@pytest.mark.parametrize("case", STRANGE)
async def test_another_origin_is_answered_403(stage: Stage, room: Room, alices: Client, case: str) -> None:
    tab = Tab(stage[0], room.slug, cookie(alices), origin=STRANGE[case])
    assert not await tab.open()
    await tab.ended()


async def test_our_own_origin_is_let_through(stage: Stage, room: Room, alices: Client) -> None:
    assert await Tab(stage[0], room.slug, cookie(alices), origin=ORIGIN).open()


@pytest.mark.parametrize("slug", ["", "a/b", "../admin"])
async def test_another_path_is_answered_403(stage: Stage, alices: Client, slug: str) -> None:
    assert not await Tab(stage[0], slug, cookie(alices)).open()


# The first message


async def test_a_socket_that_does_not_join_is_closed(stage: Stage, room: Room, alices: Client) -> None:
    tab = Tab(stage[0], room.slug, cookie(alices), join_seconds=0.05)
    await tab.open()
    assert await tab.closed() == 4408
    await tab.ended()


async def test_nothing_else_comes_before_join(stage: Stage, room: Room, alice_tab: Tab, mallorys: Client) -> None:
    tab = Tab(stage[0], room.slug, cookie(mallorys))
    await tab.open()
    for message in (candidate(alice_tab), {"type": "admit", "id": alice_tab.id}, {"type": "remove", "id": alice_tab.id}):
        tab.send(message)
        assert (await tab.receive("refused"))["code"] == "unexpected"
    await alice_tab.receives_nothing()
    tab.send({"type": "join"})
    await tab.receive("welcomed")


async def test_one_may_leave_before_joining(stage: Stage, room: Room, alice_tab: Tab, mallorys: Client) -> None:
    tab = Tab(stage[0], room.slug, cookie(mallorys))
    await tab.open()
    tab.send({"type": "leave"})
    assert await tab.closed() == 1000
    await alice_tab.receives_nothing()


async def test_nothing_is_heard_after_leave(alice_tab: Tab, mallory_tab: Tab) -> None:
    mallory_tab.send({"type": "leave"}, candidate(alice_tab), {"type": "nonsense"})
    assert await mallory_tab.closed() == 1000
    assert (await alice_tab.receive("left"))["reason"] == "left"
    await alice_tab.receives_nothing()


# When something breaks


async def test_nothing_is_kept_of_those_who_left(stage: Stage, alice_tab: Tab, mallory_tab: Tab) -> None:
    await mallory_tab.vanished()
    alice_tab.send({"type": "leave"})
    await alice_tab.ended()
    assert (stage[0].switchboard.rooms(), stage[0].switchboard.members()) == ([], [])


async def test_an_error_of_ours_closes_one_socket(room: Room, alices: Client, caplog: pytest.LogCaptureFixture) -> None:
    def broken(participant: str, room: str, policy: Policy) -> Ice:
        raise RuntimeError("no ice today")

    async with embedded(ice=broken) as stage:
        tab = Tab(stage[0], room.slug, cookie(alices))
        await tab.open()
        tab.send({"type": "join"})
        assert await tab.closed() == 4500
        await tab.ended()
    assert "no ice today" in caplog.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR]


# The path of a message


async def test_no_query_and_no_thread_is_in_the_path_of_a_message(
    stage: Stage, room: Room, alice_tab: Tab, mallory_tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tab in (alice_tab, mallory_tab):
        # The next message is handled only after the second reading of who may join.
        tab.send({"type": "ping"})
        await tab.receive("pong")
    await asyncio.wrap_future(stage[0].journal.flush())
    queries: list[str] = []
    submitted: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(CursorWrapper, "execute", lambda cursor, sql, params=None: queries.append(sql))
        patch.setattr(CursorWrapper, "executemany", lambda cursor, sql, params: queries.append(sql))
        patch.setattr(ThreadPoolExecutor, "submit", lambda pool, *work: submitted.append(work))
        for _ in range(20):
            mallory_tab.send(candidate(alice_tab), report(connected=1), offer(to="gone"))
            await alice_tab.receive("signal")
            await mallory_tab.receive("refused")
            stage.clock.advance(5)
        await stage[0].keeper.renew()
        await stage[0].keeper.reap()
    assert (queries, submitted) == ([], [])


# Fresh credentials


async def test_fresh_ice_servers_are_lent_to_who_is_present(room: Room, alices: Client) -> None:
    def lend(participant: str, room: str, policy: Policy) -> Ice:
        relay = {"urls": ["turn:turn.example.org"], "username": f"{room}.{participant}", "credential": "c"}
        return Ice(servers=[relay], policy=policy)

    async with embedded(ice=lend) as stage:
        tab = Tab(stage[0], room.slug, cookie(alices))
        await tab.join()
        tab.send({"type": "refresh"})
        assert await tab.receive("ice") == {"type": "ice", **tab.welcome["ice"]}
        assert tab.welcome["ice"]["servers"][0]["username"] == f"{room.pk}.{tab.id}"


async def test_credentials_are_not_lent_to_one_who_waits(stage: Stage, room: Room, alice_tab: Tab, carols: Client) -> None:
    await configure(stage[0], room, locked=True)
    await alice_tab.receive("locked")
    tab = Tab(stage[0], room.slug, cookie(carols))
    assert (await tab.join())["type"] == "waiting"
    tab.send({"type": "refresh"})
    assert (await tab.receive("refused"))["code"] == "unexpected"


async def test_credentials_are_not_lent_endlessly(stage: Stage, alice_tab: Tab) -> None:
    alice_tab.send(*[{"type": "refresh"}] * 4)
    assert [(await alice_tab.receive())["type"] for _ in range(4)] == ["ice", "ice", "ice", "refused"]
    stage.clock.advance(10)
    alice_tab.send({"type": "refresh"})
    await alice_tab.receive("ice")


# Reports


def report(**fields: Any) -> dict[str, Any]:
    return {"type": "report", "connected": 0, "relayed": 0, "unreached": [], "silent": [], **fields}


def pair(id: str) -> dict[str, Any]:
    return {"id": id, "relayed": False, "grade": "good"}


def pairs(stage: Stage) -> dict[str, int]:
    """What the metrics say of pairs."""
    found = re.findall(r'conference_pairs{state="(\w+)"} (\d+)', stage[0].metrics_text())
    return {state: int(count) for state, count in found if count != "0"}


@pytest.fixture
async def bob_tab(stage: Stage, room: Room, alice_tab: Tab, bobs: Client) -> Tab:
    tab = Tab(stage[0], room.slug, cookie(bobs))
    await tab.join()
    await alice_tab.receive("joined")
    return tab


async def test_a_report_is_counted_and_nobody_hears_of_it(stage: Stage, alice_tab: Tab, bob_tab: Tab) -> None:
    assert pairs(stage) == {}
    alice_tab.send(report(connected=1, relayed=1, silent=[bob_tab.id]))
    bob_tab.send(report(unreached=[alice_tab.id]))
    await alice_tab.receives_nothing()
    await bob_tab.receives_nothing()
    assert pairs(stage) == {"connected": 1, "relayed": 1, "silent": 1, "unreached": 1}
    alice_tab.send(report(connected=1))
    await alice_tab.receives_nothing()
    assert pairs(stage) == {"connected": 1, "unreached": 1}
    await bob_tab.vanished()
    assert pairs(stage) == {"connected": 1}
    assert (await alice_tab.receive("updated"))["participant"]["link"] == "detached"


async def test_each_pair_is_kept_as_its_browser_sees_it(stage: Stage, alice_tab: Tab, bob_tab: Tab) -> None:
    alice_tab.send(report(connected=1, pairs=[{"id": bob_tab.id, "relayed": False}]))
    bob_tab.send(report(connected=1, relayed=1, silent=[alice_tab.id], pairs=[{**pair(alice_tab.id), "relayed": True}]))
    await bob_tab.receives_nothing()
    reports = {member.id: member.report for member in stage[0].switchboard.members()}
    one, other = Pair(bob_tab.id, relayed=False), Pair(alice_tab.id, relayed=True, grade="good")
    assert reports[alice_tab.id] == Report(connected=1, relayed=0, unreached=[], silent=[], pairs=[one])
    assert reports[bob_tab.id] == Report(connected=1, relayed=1, unreached=[], silent=[alice_tab.id], pairs=[other])
    assert pairs(stage) == {"connected": 2, "relayed": 1, "silent": 1}


async def test_a_socket_that_resumes_has_reported_nothing(
    stage: Stage, room: Room, alice_tab: Tab, bob_tab: Tab, bobs: Client
) -> None:
    bob_tab.send(report(connected=1))
    await bob_tab.receives_nothing()
    again = Tab(stage[0], room.slug, cookie(bobs))
    await again.resume(bob_tab)
    assert await bob_tab.closed() == 4001
    assert pairs(stage) == {}


async def test_mallory_reports_pairs_that_do_not_exist(
    stage: Stage, alice_tab: Tab, mallory_tab: Tab, mallory: User, mallorys: Client
) -> None:
    elsewhere = await from_database(lambda: make_room(mallory, name="Elsewhere"))
    outsider = Tab(stage[0], elsewhere.slug, cookie(mallorys))
    await outsider.join()
    honest = report(connected=1, silent=[alice_tab.id])
    for fields in (
        {"unreached": ["nobody"]},
        {"unreached": [outsider.id]},
        {"unreached": [mallory_tab.id]},
        {"connected": 1, "silent": [mallory_tab.id]},
        {"connected": 2},
        {"connected": 1, "unreached": [alice_tab.id]},
        {"connected": 1, "pairs": [pair("nobody")]},
        {"connected": 1, "pairs": [pair(outsider.id)]},
        {"connected": 1, "pairs": [pair(mallory_tab.id)]},
        {"connected": 2, "pairs": [pair(alice_tab.id), pair("nobody")]},
        {"connected": 50, "pairs": [pair(f"p{number}") for number in range(50)]},
    ):
        mallory_tab.send(honest, report(**fields))
        assert (await mallory_tab.receive("refused"))["code"] == "stranger"
        assert pairs(stage) == {"connected": 1, "silent": 1}
        stage.clock.advance(10)
    await mallory_tab.receives_nothing()
    await alice_tab.receives_nothing()


async def test_nobody_has_a_pair_with_one_who_waits_nor_reports_while_waiting(
    stage: Stage, room: Room, alice_tab: Tab, carols: Client
) -> None:
    await configure(stage[0], room, locked=True)
    await alice_tab.receive("locked")
    carol = Tab(stage[0], room.slug, cookie(carols))
    assert (await carol.join())["type"] == "waiting"
    await alice_tab.receive("knocked")
    carol.send(report(unreached=[alice_tab.id]))
    assert (await carol.receive("refused"))["code"] == "unexpected"
    alice_tab.send(report(unreached=["nobody"]), report(connected=1))
    assert [(await alice_tab.receive("refused"))["code"] for _ in range(2)] == ["stranger", "stranger"]
    assert pairs(stage) == {}


async def test_a_flood_of_reports_is_refused_and_then_closed(stage: Stage, alice_tab: Tab, mallory_tab: Tab) -> None:
    mallory_tab.send(*[report(connected=1)] * 3)
    await mallory_tab.receives_nothing()
    mallory_tab.send(report())
    assert (await mallory_tab.receive("refused"))["code"] == "flood"
    assert pairs(stage) == {"connected": 1}
    stage.clock.advance(5)
    mallory_tab.send(report())
    await mallory_tab.receives_nothing()
    assert pairs(stage) == {}
    mallory_tab.send(*[report()] * 4)
    assert await mallory_tab.closed() == 4429
    assert (await alice_tab.receive("updated"))["participant"]["link"] == "detached"


# A line that may be dead


async def test_a_ping_is_answered_in_every_state(stage: Stage, room: Room, alice_tab: Tab, carols: Client) -> None:
    alice_tab.send({"type": "ping"})
    assert await alice_tab.receive() == {"type": "pong"}
    await configure(stage[0], room, locked=True)
    tab = Tab(stage[0], room.slug, cookie(carols))
    assert await tab.open()
    tab.send({"type": "ping"})
    assert await tab.receive() == {"type": "pong"}
    tab.send({"type": "join"})
    assert (await tab.receive())["type"] == "waiting"
    tab.send({"type": "ping"})
    assert await tab.receive() == {"type": "pong"}


async def test_a_ping_does_not_put_off_the_join(stage: Stage, room: Room, alices: Client) -> None:
    tab = Tab(stage[0], room.slug, cookie(alices), join_seconds=0.1)
    assert await tab.open()
    tab.send({"type": "ping"})
    assert await tab.closed() == 4408


async def test_who_reconnects_has_no_more_to_send(stage: Stage, room: Room, alice_tab: Tab, mallorys: Client) -> None:
    passed = 0
    for _ in range(6):
        tab = Tab(stage[0], room.slug, cookie(mallorys))
        await tab.join()
        for _ in range(2):
            tab.send(*(candidate(alice_tab) for _ in range(140)))
        tab.send({"type": "leave"})
        await tab.closed()
        await stage[0].abandon(str(room.pk), tab.id)
        while (message := await alice_tab.receive())["type"] != "left":
            passed += message["type"] == "signal"
    assert passed <= PERSON_BURST


async def test_long_descriptions_cost_more(stage: Stage, alice_tab: Tab, mallory_tab: Tab) -> None:
    long = {**offer(to=alice_tab.id), "description": {"type": "offer", "sdp": "x" * 45_000}}
    del long["candidate"]
    for _ in range(100):
        mallory_tab.send(long)
    assert await mallory_tab.closed() == 4429
