"""Everybody sends every message about everybody. What no row permits is refused, changes nothing, and nobody else notices.

Messages are found in the union ``Message``: one without a row fails. Who may do what to whom is written here once more, so that a
change of the code is a change here.
"""

from __future__ import annotations

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
from signaling.protocol import Message, Refused, parse
from signaling.roster.base import Record
from tests.cast import person
from tests.fuzz.shapes import messages, types
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, configure, cookie, embedded, from_database, written

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
#: Stands for the id of the second breakout room.
SECOND: Final = "second"
#: About nobody, or about all.
ROOM: Final = frozenset({"room"})
ABOUT_ALL: Final = {actor: some | ROOM for actor, some in BELOW.items()}


@dataclass(frozen=True)
class Row:
    """By actor: the targets. ``audit``: what an entry says; ``all``: how many entries there are if it is about all.

    ``quiet``: about whom there is none. ``ends``: the socket of the actor is closed. ``parted``: breakout rooms are open.
    ``fields``: those of the message, where the shortest good one says nothing of interest.
    """

    may: Mapping[str, frozenset[str]]
    audit: str = ""
    all: Mapping[str, int] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()
    ends: bool = False
    parted: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)


def each(actors: tuple[str, ...], targets: frozenset[str]) -> dict[str, frozenset[str]]:
    return dict.fromkeys(actors, targets)


ROWS: Final[dict[str, Row]] = {
    "join": Row({}),
    "signal": Row(each(INSIDE, OTHERS)),
    "admit": Row(each(HOSTS, frozenset({"waiting"})), audit="admitted"),
    "deny": Row(each(HOSTS, frozenset({"waiting"})), audit="denied"),
    "note": Row(each(("waiting",), ROOM)),
    "remove": Row(
        {"host": BELOW["host"] | {"waiting"}, "owner": BELOW["owner"] | {"waiting"}}, audit="removed", fields={"ban": False}
    ),
    "hand": Row(each(INSIDE, ROOM)),
    "lower": Row(each(HOSTS, PRESENT | {"waiting"} | ROOM)),
    "restrict": Row(ABOUT_ALL, audit="forbidden", all={"host": 5, "owner": 7}, fields={"use": "camera", "how": "forbidden"}),
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
    assert set(ROWS) == set(types(Message))


def fields(kind: str) -> dict[str, inspect.Field]:
    structs = {info.tag: info for info in map(inspect.type_info, get_args(Message)) if isinstance(info, inspect.StructType)}
    return {one.encode_name: one for one in structs[kind].fields}


def targets(kind: str) -> list[str]:
    """Whom a message of this type can be about."""
    named = TARGETS if {"to", "id", "ids"} & set(fields(kind)) else ()
    return [*named, *(["room"] if is_good(about(kind, None)) else [])]


def is_good(message: dict[str, Any]) -> bool:
    return not isinstance(parse(json.dumps([message]))[0], Refused)


def about(kind: str, id: str | None) -> dict[str, Any]:
    """A good message of this type, about this participant."""
    given = ROWS[kind].fields
    message = {"type": kind, **given} if given else {**shortest(kind)}
    named = [name for name in ("to", "id", "ids") if name in fields(kind)]
    for name in named:
        message.pop(name, None)
    if named and id is not None:
        message[named[0]] = [id] if named[0] == "ids" else id
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

    def message(self, kind: str, actor: str, target: str) -> dict[str, Any]:
        message = about(kind, self.id(actor, target))
        return {**message, "place": self.second} if message.get("place") == SECOND else message

    async def news(self, name: str) -> list[dict[str, Any]]:
        """What a tab has received until now; with its close code as the last if it was closed."""
        tab, found = self.tabs[name], []
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

    If they are ``parted``, Gus is in the first of two breakout rooms.
    """
    await stage.live(12)  # rates are forgotten
    cookies = await from_database(_cookies)
    room, other = await from_database(lambda: [*Room.objects.order_by("pk")])
    tabs = {name: Tab(stage[0], (other if name == "other" else room).slug, one) for name, one in cookies.items()}
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
        people = {tabs["gus"].id: 0}
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


def _cookies() -> dict[str, str]:
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
    users = {role: person(name) for role, name in people.items()}
    User.objects.filter(pk=users["staff"].pk).update(is_staff=True, is_superuser=True)
    room = make_room(users["owner"], capacity=20)
    make_room(users["other"])
    for name, role in (("host", "host"), ("helen", "host"), ("member", "member"), ("bert", "member")):
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
async def stage() -> AsyncIterator[Stage]:
    async with embedded() as running:
        yield running


def permitted(kind: str, actor: str) -> list[str]:
    """A participant is no other one than themself."""
    return sorted(ROWS[kind].may.get(actor, frozenset()) - {actor})


def denied(kind: str, actor: str) -> list[str]:
    return [target for target in targets(kind) if target not in {*permitted(kind, actor), actor}]


@pytest.mark.parametrize("kind", types(Message))
async def test_what_no_row_permits_is_refused_and_changes_nothing(stage: Stage, kind: str) -> None:
    found = await scene(stage, parted=ROWS[kind].parted)
    before = await found.state()
    for actor in ACTORS:
        for target in denied(kind, actor):
            if actor in {"waiting", "anonymous"}:
                await stage.live(12)  # strikes are forgotten
            found.tabs[actor].send(found.message(kind, actor, target))
            if actor in {"removed", "banned"} or (actor == "other" and target in {"room", "self"}):
                continue  # the socket is closed; what she does in her own room is nothing to this one
            codes = [message["code"] for message in await found.news(actor) if message["type"] == "refused"]
            assert codes and {*codes} <= {"unexpected", "forbidden", "stranger", "closed"}, (actor, target, codes)
    noticed = {name: await found.news(name) for name in found.tabs if name not in {"other", "anonymous"}}
    assert {name: news for name, news in noticed.items() if news} == {}
    assert await found.state() == before
    assert await found.audits() == []


@pytest.mark.parametrize(("kind", "actor"), [(kind, actor) for kind, row in ROWS.items() for actor in row.may])
async def test_what_a_row_permits_is_done_and_recorded_once(stage: Stage, kind: str, actor: str) -> None:
    row = ROWS[kind]
    found = await scene(stage, parted=row.parted)
    for number, target in enumerate(permitted(kind, actor)):
        if number and (row.audit or row.ends):
            found = await scene(stage, parted=row.parted)
        found.tabs[actor].send(found.message(kind, actor, target))
        assert "refused" not in {message["type"] for message in await found.news(actor)}, target
        assert (found.tabs[actor].code is not None) == row.ends
        entries = 0 if target in row.quiet or not row.audit else row.all.get(actor, 1) if target == "room" else 1
        assert await found.audits() == [row.audit] * entries, target
