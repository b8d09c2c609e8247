"""Everybody sends every message about everybody. What no row permits is refused, changes nothing, and nobody else notices.

Messages are found in the union ``Message``: one without a row fails. Who may do what to whom is written here once more, so that a
change of the code is a change here. All of it holds for one server, and for two workers between which people are spread.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, get_args

import pytest
from django.conf import settings
from django.test import Client
from msgspec import inspect

from accounts.models import User
from rooms import guests
from rooms.models import AuditEntry, Ban, Membership, Room
from signaling.protocol.facts import Refused
from signaling.protocol.frames import parse
from signaling.protocol.messages import Message
from signaling.roster.base import Record
from tests.cast import person
from tests.fuzz.shapes import messages, types
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, caught_up, configure, cookie, embedded, from_database, two_workers, written

pytestmark = pytest.mark.django_db(transaction=True)

#: Who acts. ``staff`` runs the server and is nobody in the room, ``other`` owns another room, ``anonymous`` has not joined.
ACTORS: Final = ("anonymous", "waiting", "removed", "banned", "other", "guest", "staff", "member", "host", "owner")
INSIDE: Final = ("guest", "staff", "member", "host", "owner")
HOSTS: Final = ("host", "owner")
#: Whom it is about: Bert is another member, Gus another guest, Helen another host; ``stranger`` is an id that nobody has.
TARGETS: Final = ("self", "bert", "gus", "helen", "owner", "waiting", "other", "stranger")
OTHERS: Final = frozenset({"bert", "gus", "helen", "owner"})
PRESENT: Final = OTHERS | {"self"}
#: Whom a host and an owner may act on.
BELOW: Final = {"host": frozenset({"bert", "gus"}), "owner": frozenset({"bert", "gus", "helen"})}
#: Who is in the first breakout room, when there are rooms, and whom they are like: a member, and a host who visits.
AWAY: Final = {"away": "member", "visitor": "host"}
#: A member in the second one. Gus is in the first, and everybody else in the main room.
BEYOND: Final = "beyond"
#: Stands for the id of the second breakout room.
SECOND: Final = "second"
#: About nobody, or about all.
ROOM: Final = frozenset({"room"})
ABOUT_ALL: Final = {actor: some | ROOM for actor, some in BELOW.items()}


CAMERA: Final = {"use": "camera", "how": "forbidden"}


@dataclass(frozen=True)
class Row:
    """By actor: the targets. ``audit``: what an entry says; ``all``: how many entries there are if it is about all.

    ``quiet``: about whom there is none. ``ends``: the socket of the actor is closed. ``parted``: breakout rooms are open.
    ``fields``: those of the message, where the shortest good one says nothing of interest. ``names``: the field that says whom it
    is about, if not the first. ``passes``: about others, hosts are not refused, and nothing is done.
    """

    may: Mapping[str, frozenset[str]]
    audit: str = ""
    all: Mapping[str, int] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()
    ends: bool = False
    parted: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    names: str = ""
    passes: bool = False


def each(actors: tuple[str, ...], targets: frozenset[str]) -> dict[str, frozenset[str]]:
    return dict.fromkeys(actors, targets)


ROWS: Final[dict[str, Row]] = {
    "join": Row({}),
    "signal": Row(each(INSIDE, OTHERS)),
    "admit": Row(each(HOSTS, frozenset({"waiting"})), audit="admitted"),
    "deny": Row(each(HOSTS, frozenset({"waiting"})), audit="denied"),
    "admit several": Row(each(HOSTS, frozenset({"waiting"})), audit="admitted", names="ids", passes=True),
    "deny several": Row(each(HOSTS, frozenset({"waiting"})), audit="denied", names="ids", passes=True),
    "note": Row(each(("waiting",), ROOM)),
    "remove": Row(
        {"host": BELOW["host"] | {"waiting"}, "owner": BELOW["owner"] | {"waiting"}}, audit="removed", fields={"ban": False}
    ),
    "remove and ban": Row(
        {"host": BELOW["host"] | {"waiting"}, "owner": BELOW["owner"] | {"waiting"}}, audit="banned", fields={"ban": True}
    ),
    "hand": Row(each(INSIDE, ROOM)),
    "lower": Row(each(HOSTS, PRESENT | {"waiting"} | ROOM)),
    "restrict": Row(
        ABOUT_ALL, audit="forbidden", all={"host": 5, "owner": 7, "visitor": 7}, fields={"use": "camera", "how": "forbidden"}
    ),
    "free": Row(ABOUT_ALL, fields={"use": "screen"}),
    "lift": Row(each(INSIDE, ROOM), fields={"use": "screen"}),
    "ask": Row(BELOW, fields={"use": "microphone"}),
    "end": Row(each(HOSTS, ROOM), audit="ended", ends=True),
    "divide": Row(each(HOSTS, ROOM), audit="divided", fields={"names": ["One", "Two"], "how": "even"}),
    "move": Row(
        each(HOSTS, PRESENT | ROOM), audit="moved", quiet=frozenset({"self", "room"}), parted=True, fields={"place": SECOND}
    ),
    "gather": Row(each(HOSTS, ROOM), audit="gathered", parted=True),
    "help": Row(
        {**each(INSIDE, frozenset({"self", "room"})), **each(HOSTS, PRESENT | ROOM)}, parted=True, fields={"asked": False}
    ),
    "broadcast": Row(each(HOSTS, ROOM), fields={"text": "Five minutes"}),
    "refresh": Row(each(INSIDE, ROOM)),
    "report": Row(each(INSIDE, ROOM)),
    "attest": Row(each(INSIDE, ROOM)),
    "ping": Row(each(("anonymous", "waiting", *INSIDE), ROOM)),
    "leave": Row(each(("anonymous", "waiting", *INSIDE), ROOM), ends=True),
}


def test_every_message_has_a_row() -> None:
    assert {kind_of(row) for row in ROWS} == set(types(Message))


def kind_of(row: str) -> str:
    """The type of the message of a row, of which there can be several."""
    return row.partition(" ")[0]


@cache
def fields(kind: str) -> dict[str, inspect.Field]:
    structs = {info.tag: info for info in map(inspect.type_info, get_args(Message)) if isinstance(info, inspect.StructType)}
    return {one.encode_name: one for one in structs[kind].fields}


def targets(row: str, actor: str) -> list[str]:
    """Whom the message of a row can be about."""
    everybody = (*TARGETS, BEYOND) if actor in AWAY else TARGETS
    named = everybody if {"to", "id", "ids"} & set(fields(kind_of(row))) else ()
    return [*named, *(["room"] if not ROWS[row].names and is_good(about(row, None)) else [])]


def is_good(message: dict[str, Any]) -> bool:
    return not isinstance(parse(json.dumps([message]))[0], Refused)


def about(row: str, id: str | None) -> dict[str, Any]:
    """A good message of this row, about this participant."""
    given, kind = ROWS[row].fields, kind_of(row)
    message = {"type": kind, **given} if given else {**shortest(kind)}
    named: list[str] = [name for name in ("to", "id", "ids") if name in fields(kind)]
    for one in named:
        message.pop(one, None)
    if named and id is not None:
        name = ROWS[row].names or named[0]
        message[name] = [id] if name == "ids" else id
    return message


@cache
def shortest(kind: str) -> dict[str, Any]:
    struct = next(one for one in get_args(Message) if inspect.type_info(one).tag == kind)  # type: ignore[attr-defined]
    good: list[dict[str, Any]] = [*filter(is_good, messages(struct, 100, 1))]
    return min(good, key=lambda one: len(json.dumps(one)))


# The scene


class Scene:
    """Everybody, each in a tab."""

    def __init__(self, stage: Stage, room: Room, tabs: dict[str, Tab]) -> None:
        self.stage, self.room, self.tabs = stage, room, tabs
        self.second = ""

    def id(self, actor: str, target: str) -> str | None:
        if target == "room":
            return None
        if target == "stranger":
            return "nobody-has-this"
        tab = self.tabs[actor if target == "self" else target]
        return str(tab.welcome.get("id", "nobody-has-this"))

    def message(self, row: str, actor: str, target: str) -> dict[str, Any]:
        message = about(row, self.id(actor, target))
        return {**message, "place": self.second} if message.get("place") == SECOND else message

    async def news(self, name: str) -> list[dict[str, Any]]:
        """What a tab has been sent until now, by whichever worker."""
        tab, found = self.tabs[name], []
        await caught_up(self.stage, str(self.room.pk))
        if tab.code is None:
            tab.send({"type": "ping"})
        while tab.code is None or tab._received:
            if not tab._received:
                tab._take(await tab._next())
                continue
            message = await tab.receive()
            if message["type"] == "pong":
                break
            found.append(message)
        return found

    async def state(self) -> list[Record]:
        """The roster, without what passes by itself."""
        snapshot = await self.stage[0].roster.snapshot(str(self.room.pk))
        return [] if snapshot is None else snapshot.people

    async def audits(self) -> list[str]:
        await written(self.stage)
        return await from_database(
            lambda: [*AuditEntry.objects.filter(room=self.room).order_by("pk").values_list("action", flat=True)]
        )


async def scene(stage: Stage, *, parted: bool) -> Scene:
    """Alice owns the room, Hank and Helen host it, Bob and Bert are members, Carol and Gus are guests, Wendy waits.

    If they are ``parted``, there are two breakout rooms: Gus, and those who are ``AWAY``, are in the first.
    """
    await forgotten(stage)
    cookies = await from_database(lambda: _cookies(parted=parted))
    room, other = await from_database(lambda: [*Room.objects.order_by("pk")])
    tabs = {
        name: Tab(stage[place], (other if name == "other" else room).slug, one)
        for place, (name, one) in enumerate(cookies.items())
    }
    for name in tabs:
        if name not in {"waiting", "banned", "anonymous"}:
            await tabs[name].join(name=name)
    tabs["owner"].send({"type": "remove", "id": tabs["removed"].id})
    await configure(stage[0], room, locked=True)
    assert (await tabs["waiting"].join(name="waiting"))["type"] == "waiting"
    assert (await tabs["banned"].join(name="banned"))["code"] == "banned"
    assert await tabs["anonymous"].open()
    made = Scene(stage, room, tabs)
    if parted:
        people = {tabs["gus"].id: 0, tabs["away"].id: 0, tabs["visitor"].id: 0, tabs[BEYOND].id: 1}
        tabs["owner"].send({"type": "divide", "names": ["One", "Two"], "how": "hand", "people": people})
    for name in ("owner", *tabs):
        await made.news(name)
    if parted:
        snapshot = await stage[0].roster.snapshot(str(room.pk))
        assert snapshot is not None
        made.second = snapshot.breakouts.rooms[1].id
    await made.audits()
    await from_database(AuditEntry.objects.all().delete)
    return made


async def forgotten(stage: Stage) -> None:
    """Rates and strikes are forgotten, and no lease has expired."""
    for _ in range(3):
        stage.clock.advance(4)
        await asyncio.gather(*(worker.keeper.renew() for worker in stage.workers))


def _cookies(*, parted: bool) -> dict[str, str]:
    Room.objects.all().delete()
    people = {
        "owner": "Alice",
        "host": "Hank",
        "helen": "Helen",
        "member": "Bob",
        "bert": "Bert",
        "staff": "Sam",
        "other": "Mallory",
    }
    roles = {"host": "host", "helen": "host", "member": "member", "bert": "member"}
    if parted:
        people |= {"away": "Ann", "visitor": "Hilda", BEYOND: "Ben"}
        roles |= {**AWAY, BEYOND: "member"}
    users = {role: person(name) for role, name in people.items()}
    User.objects.filter(pk=users["staff"].pk).update(is_staff=True, is_superuser=True)
    room = make_room(users["owner"], capacity=20)
    make_room(users["other"])
    for name, role in roles.items():
        Membership.objects.create(room=room, user=users[name], role=role)
    Ban.objects.create(room=room, guest="banned", name="Bill")
    without = ("guest", "gus", "waiting", "removed", "banned")
    strangers = {name: f"{settings.GUEST_COOKIE_NAME}={guests.sign(name)}" for name in without}
    return {**{name: cookie(_signed_in(user)) for name, user in users.items()}, **strangers, "anonymous": ""}


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
async def stage(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Stage]:
    async with two_workers(redis_url) if request.param == "two workers" else embedded() as running:
        yield running


def permitted(row: str, actor: str) -> frozenset[str]:
    """A participant is no other one than themself. Rights do not depend on the place, and signals are for those in it."""
    found = ROWS[row].may.get(AWAY.get(actor, actor), frozenset())
    if actor in AWAY:
        found = frozenset({"gus"}) if row == "signal" else found | ({BEYOND} if "bert" in found else set())
    return found - {actor}


def denied(row: str, actor: str) -> list[str]:
    return [target for target in targets(row, actor) if target not in permitted(row, actor) | {actor}]


def entries(row: str, actor: str, target: str) -> int:
    """How many there are in the audit."""
    if target in ROWS[row].quiet or not ROWS[row].audit or (actor in AWAY and (row, target) in NOTHING_NEW):
        return 0
    return ROWS[row].all.get(actor, 1) if target == "room" else 1


#: What is so already when there are breakout rooms.
NOTHING_NEW: Final = {("divide", "room"), ("move", BEYOND)}


async def test_what_no_row_permits_is_refused_and_changes_nothing(stage: Stage, row: str, actors: tuple[str, ...]) -> None:
    found = await scene(stage, parted=ROWS[row].parted or "away" in actors)
    before = await found.state()
    for actor in actors:
        for target in denied(row, actor):
            if actor in {"waiting", "anonymous"}:
                await forgotten(stage)
            found.tabs[actor].send(found.message(row, actor, target))
            if actor in {"removed", "banned"} or (actor == "other" and target in {"room", "self"}):
                continue  # the socket is closed; what she does in her own room is nothing to this one
            codes = [message["code"] for message in await found.news(actor) if message["type"] == "refused"]
            if ROWS[row].passes and AWAY.get(actor, actor) in {*HOSTS, "other"}:
                assert codes == [], (actor, target)
            else:
                assert codes and {*codes} <= {"unexpected", "forbidden", "stranger", "closed"}, (actor, target, codes)
    noticed = {name: await found.news(name) for name in found.tabs if name not in {"other", "anonymous"}}
    assert {name: news for name, news in noticed.items() if news} == {}
    assert await found.state() == before
    assert await found.audits() == []


async def test_what_a_row_permits_is_done_and_recorded_once(stage: Stage, row: str, actor: str) -> None:
    parted = ROWS[row].parted or actor in AWAY
    found = await scene(stage, parted=parted)
    for number, target in enumerate(sorted(permitted(row, actor))):
        if number and (ROWS[row].audit or ROWS[row].ends):
            found = await scene(stage, parted=parted)
        found.tabs[actor].send(found.message(row, actor, target))
        assert "refused" not in {message["type"] for message in await found.news(actor)}, target
        assert (found.tabs[actor].code is not None) == ROWS[row].ends
        assert await found.audits() == [ROWS[row].audit] * entries(row, actor, target), target


BOTH, SPREAD = ("two workers", "embedded"), ("two workers",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "actors" in metafunc.fixturenames:
        both = [(row, ACTORS, stage) for row in ROWS for stage in BOTH]
        inside = [(row, tuple(AWAY), stage) for row in ROWS for stage in SPREAD]
        names = [f"{row}-{'breakout-' if actors is not ACTORS else ''}{stage}" for row, actors, stage in [*both, *inside]]
        metafunc.parametrize(("row", "actors", "stage"), [*both, *inside], ids=names, indirect=["stage"])
    elif "actor" in metafunc.fixturenames:
        everybody = [(row, actor) for row, one in ROWS.items() for actor in (*one.may, *AWAY) if permitted(row, actor)]
        staged = [(*one, stage) for one in everybody for stage in (SPREAD if one[1] in AWAY else BOTH)]
        metafunc.parametrize(("row", "actor", "stage"), staged, indirect=["stage"])
