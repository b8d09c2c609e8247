"""Everybody sends every message about everybody. What no row permits is refused, changes nothing, and nobody else notices.

Messages are found in the union ``Message``: one without a row fails. Who may do what to whom is written here once more, so that a
change of the code is a change here. All of it holds for one server, and for two workers between which people are spread.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
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
#: Whose sockets are closed from the beginning.
GONE: Final = ("removed", "banned")
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
    # Sockets are closed after these.
    "leave": Row(each(("anonymous", "waiting", *INSIDE), ROOM), ends=True),
    "join": Row({}),
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

    def is_open(self, name: str) -> bool:
        """Whether the server has not closed the socket of a tab. What else it has sent is news still."""
        tab = self.tabs[name]
        while not tab._out.empty():
            tab._take(tab._out.get_nowait())
        return tab.code is None

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
        """What has been recorded, which is forgotten."""

        def take() -> list[str]:
            entries = AuditEntry.objects.filter(room=self.room).order_by("pk")
            actions = [*entries.values_list("action", flat=True)]
            entries.delete()
            return actions

        await written(self.stage)
        return await from_database(take)


#: For as long as a scene can last, somebody may be connected who has not joined.
SCENE_SECONDS: Final = 600.0


async def scene(stage: Stage, *, parted: bool) -> Scene:
    """Alice owns the room, Hank and Helen host it, Bob and Bert are members, Carol and Gus are guests, Wendy waits.

    If they are ``parted``, there are two breakout rooms: Gus, and those who are ``AWAY``, are in the first.
    """
    await forgotten(stage)
    cookies = await from_database(lambda: _cookies(parted=parted))
    room, other = await from_database(lambda: [*Room.objects.order_by("pk")])
    tabs = {
        name: Tab(stage[place], (other if name == "other" else room).slug, one, join_seconds=SCENE_SECONDS)
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


@dataclass(frozen=True)
class Scenario:
    """Who sends the messages of which rows, one after the other, in one scene: to make one takes longer than many messages."""

    name: str
    stage: str
    turns: list[tuple[str, str]]

    @property
    def parted(self) -> bool:
        return any(ROWS[row].parted or actor in AWAY for row, actor in self.turns)


async def test_what_no_row_permits_is_refused_and_changes_nothing(stage: Stage, scenario: Scenario) -> None:
    found = await scene(stage, parted=scenario.parted)
    before = await found.state()
    for row, turns in groupby(scenario.turns, key=itemgetter(0)):
        await forgotten(stage)
        for _, actor in turns:
            await are_refused(found, row, actor)
        noticed = {name: await found.news(name) for name in found.tabs if name not in {"other", "anonymous"}}
        assert {name: news for name, news in noticed.items() if news} == {}, row
        assert await found.state() == before, row
        assert await found.audits() == [], row


async def are_refused(found: Scene, row: str, actor: str) -> None:
    for target in denied(row, actor):
        if actor in {"waiting", "anonymous"}:
            await forgotten(found.stage)
        assert found.is_open(actor) == (actor not in GONE), (row, actor, target)
        found.tabs[actor].send(found.message(row, actor, target))
        if actor in GONE:
            continue
        if actor == "other" and target in {"room", "self"}:
            await is_done_elsewhere(found, row)
            continue
        codes = [message["code"] for message in await found.news(actor) if message["type"] == "refused"]
        if ROWS[row].passes and AWAY.get(actor, actor) in {*HOSTS, "other"}:
            assert codes == [], (row, actor, target)
        else:
            assert codes and {*codes} <= {"unexpected", "forbidden", "stranger", "closed"}, (row, actor, target, codes)


async def is_done_elsewhere(found: Scene, row: str) -> None:
    """What she does in her own room is nothing to this one."""
    if row == "ping":
        await found.tabs["other"].receive("pong")
    await found.news("other")
    assert found.is_open("other") != ROWS[row].ends, row


async def test_what_a_row_permits_is_done_and_recorded_once(stage: Stage, scenario: Scenario) -> None:
    found = await scene(stage, parted=scenario.parted)
    for row, actor in scenario.turns:
        await forgotten(stage)
        for target in sorted(permitted(row, actor)):
            if target == "room" and ROWS[row].all:  # who is forbidden something already is not forbidden it once more
                found = await scene(stage, parted=scenario.parted)
            assert found.is_open(actor), (row, actor, target)
            found.tabs[actor].send(found.message(row, actor, target))
            assert "refused" not in {message["type"] for message in await found.news(actor)}, (row, actor, target)
            assert found.is_open(actor) != ROWS[row].ends, (row, actor, target)
            assert await found.audits() == [ROWS[row].audit] * entries(row, actor, target), (row, actor, target)


BOTH, SPREAD = ("two workers", "embedded"), ("two workers",)


def scenarios(turns: Iterable[tuple[str, str]], name: Callable[[str, str], str]) -> list[Scenario]:
    """Each turn on both stages, and those of who is ``AWAY`` on one. Those of one name are in one scene."""
    found: dict[tuple[str, str], Scenario] = {}
    for row, actor in turns:
        for stage in SPREAD if actor in AWAY else BOTH:
            key = (name(row, actor), stage)
            found.setdefault(key, Scenario(*key, [])).turns.append((row, actor))
    return [*found.values()]


def part(row: str, actor: str) -> str:
    return "breakouts" if ROWS[row].parted or actor in AWAY else "a room"


def kept(row: str, actor: str) -> str:
    """What is refused changes nothing, but who owns another room closes her own socket there."""
    return f"{row} {actor}" if actor == "other" and ROWS[row].ends else part(row, actor)


def changed(row: str, actor: str) -> str:
    """What is recorded changes the room for those who come after. What is not does not, up to those who leave.

    An answer to a ping would be taken for one to a ping of :meth:`Scene.news`.
    """
    return f"{row} {actor}" if ROWS[row].audit else row if row == "ping" else part(row, actor)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scenario" not in metafunc.fixturenames:
        return
    turns = [(row, actor) for row in ROWS for actor in (*ACTORS, *AWAY)]
    if metafunc.function is test_what_a_row_permits_is_done_and_recorded_once:
        made = scenarios([turn for turn in turns if permitted(*turn)], changed)
    else:
        made = scenarios(turns, kept)
    ids = [f"{one.name}-{one.stage}" for one in made]
    metafunc.parametrize(("scenario", "stage"), [(one, one.stage) for one in made], ids=ids, indirect=["stage"])
