"""Breakout rooms over sockets, with two workers and one Redis, and again with one worker.

Alice owns the room, Bob is a member, Carol and Dave are guests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import AuditEntry, BreakoutStay, Room
from signaling.protocol.bounds import CAPABILITIES, MOVE_BURST
from tests.rooms.scenes import make_room
from tests.signaling.stage import (
    Stage,
    Tab,
    candidate,
    configure,
    cookie,
    from_database,
    guest,
    lose_the_store,
    two_workers,
    written,
)

pytestmark = pytest.mark.django_db(transaction=True)


class Person:
    """A tab, and what its browser would know."""

    def __init__(self, tab: Tab, name: str) -> None:
        self.tab = tab
        self.name = name
        self.here: set[str] = set()
        self.place = ""
        self.offers: list[str] = []
        self.left: dict[str, str] = {}
        self.breakouts: dict[str, Any] = {"rooms": [], "people": []}
        self.seconds: int | None = None
        self.heard: list[dict[str, Any]] = []
        self.refusals: list[str] = []

    async def join(self) -> None:
        self.take(await self.tab.join(name=self.name, capabilities=list(CAPABILITIES)))

    def take(self, fact: dict[str, Any]) -> None:
        match fact["type"]:
            case "welcomed" | "roster" | "placed":
                self.here = {one["name"] for one in fact["participants"]} - {self.name}
                self.names = {one["id"]: one["name"] for one in fact["participants"]} | getattr(self, "names", {})
                self.offers = [self.names[one] for one in fact.get("offers", [])]
            case "joined":
                self.here.add(fact["participant"]["name"])
                self.names[fact["participant"]["id"]] = fact["participant"]["name"]
            case "left":
                name = self.names.get(fact["id"], fact["id"])
                self.here.discard(name)
                self.left[name] = fact["reason"]
            case "breakouts":
                self.breakouts, self.place = fact, fact["place"]
            case "countdown":
                self.seconds = fact.get("seconds")
            case "refused":
                self.refusals.append(fact["code"])
        self.heard.append(fact)

    def kinds(self) -> list[str]:
        return [fact["type"] for fact in self.heard]

    async def until(self, happened: Callable[[Person], bool]) -> None:
        while not happened(self):
            self.take(await self.tab.receive())

    async def settled(self) -> list[str]:
        """The refusals until now."""
        self.tab.send({"type": "ping"})
        while self.kinds()[-1:] != ["pong"]:
            self.take(await self.tab.receive())
        self.heard.pop()
        refusals, self.refusals = self.refusals, []
        return refusals

    def room(self, name: str) -> str:
        return next(str(one["id"]) for one in self.breakouts["rooms"] if one["name"] == name)

    def where(self) -> dict[str, str]:
        """Who is where, as a host sees it."""
        rooms = {one["id"]: one["name"] for one in self.breakouts["rooms"]}
        return {one["name"]: rooms.get(one["place"], "") for one in self.breakouts["people"]}

    def send(self, *messages: dict[str, Any]) -> None:
        self.tab.send(*messages)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


async def arrive(stage: Stage, room: Room, place: int, name: str, text: str) -> Person:
    one = Person(Tab(stage[place], room.slug, text), name)
    await one.join()
    return one


@pytest.fixture
async def people(stage: Stage, room: Room, alices: Client, bobs: Client) -> list[Person]:
    """Alice and Carol on one worker, Bob and Dave on the other."""
    cookies = {"Alice": cookie(alices), "Bob": cookie(bobs)}
    arrived = []
    for place, name in enumerate(("Alice", "Bob", "Carol", "Dave")):
        text = cookies[name] if name in cookies else await from_database(guest)
        arrived.append(await arrive(stage, room, place, name, text))
    names = {"Alice", "Bob", "Carol", "Dave"}
    for one in arrived:
        await one.until(lambda one: one.here == names - {one.name})
    return arrived


def divide(*, red: tuple[Person, ...] = (), blue: tuple[Person, ...] = (), **fields: Any) -> dict[str, Any]:
    placed = {one.tab.id: 0 for one in red} | {one.tab.id: 1 for one in blue}
    return {"type": "divide", "names": ["Red", "Blue"], "how": "hand", "people": placed, **fields}


async def open_rooms(people: list[Person], **fields: Any) -> None:
    """Alice stays in the main room, Bob and Dave go to Red, Carol goes to Blue."""
    alice, bob, carol, dave = people
    alice.send(divide(red=(bob, dave), blue=(carol,), **fields))
    where = {"Alice": "", "Bob": "Red", "Carol": "Blue", "Dave": "Red"}
    await alice.until(lambda one: one.where() == where and not one.here)
    await bob.until(lambda one: one.here == {"Dave"} and bool(one.place))
    await dave.until(lambda one: one.here == {"Bob"} and bool(one.place))
    await carol.until(lambda one: not one.here and bool(one.place))


async def test_everybody_moves_and_comes_back_and_one_of_two_offers(people: list[Person]) -> None:
    alice, bob, _, dave = people
    await open_rooms(people)
    assert bob.breakouts["people"] == []
    # Bob and Dave moved together and stay connected.
    assert (bob.offers, dave.offers) == ([], [])
    alice.send({"type": "gather"})
    for one in people:
        await one.until(lambda one: len(one.here) == 3 and one.breakouts["rooms"] == [])
        assert one.place == ""
    pairs = {frozenset((one.name, other)) for one in people for other in one.offers}
    assert len(pairs) == sum(len(one.offers) for one in people) == 5
    assert frozenset(("Bob", "Dave")) not in pairs
    assert alice.offers == []


async def test_fresh_relay_servers_come_before_a_new_place(people: list[Person]) -> None:
    _, bob, _, _ = people
    await open_rooms(people)
    kinds = bob.kinds()
    assert kinds.index("ice") < kinds.index("placed")


async def test_no_signal_crosses_between_places(people: list[Person]) -> None:
    alice, bob, carol, dave = people
    await open_rooms(people)
    bob.send(candidate(carol.tab), candidate(alice.tab), candidate(dave.tab))
    assert await bob.settled() == ["stranger", "stranger"]
    await dave.until(lambda one: "signal" in one.kinds())
    for one in (alice, carol):
        await one.settled()
        assert "signal" not in one.kinds()


async def test_a_report_names_those_of_the_own_place(people: list[Person]) -> None:
    _, bob, carol, dave = people
    await open_rooms(people)
    report = {"type": "report", "connected": 1, "relayed": 0, "unreached": [], "silent": []}
    bob.send({**report, "silent": [dave.tab.id]})
    assert await bob.settled() == []
    bob.send({**report, "silent": [carol.tab.id]}, {**report, "connected": 2})
    assert await bob.settled() == ["stranger", "stranger"]


async def test_hands_are_seen_in_the_own_place(people: list[Person]) -> None:
    alice, bob, carol, dave = people
    await open_rooms(people)
    bob.send({"type": "hand", "raised": True})
    for one in (bob, dave):
        await one.until(lambda one: one.heard[-1].get("ids") == [bob.tab.id])
    for one in (alice, carol):
        await one.settled()
        assert "hands" not in one.kinds()
    alice.send({"type": "move", "place": alice.room("Red")})
    await alice.until(lambda one: one.heard[-1].get("ids") == [bob.tab.id])


async def test_a_host_visits_a_room(people: list[Person]) -> None:
    alice, bob, carol, dave = people
    await open_rooms(people)
    alice.send({"type": "move", "place": alice.room("Red")})
    await alice.until(lambda one: one.here == {"Bob", "Dave"} and one.place == one.room("Red"))
    assert sorted(alice.offers) == ["Bob", "Dave"]
    for one in (bob, dave):
        await one.until(lambda one: "Alice" in one.here)
    alice.send({"type": "move", "place": alice.room("Blue")})
    await carol.until(lambda one: "Alice" in one.here)
    for one in (bob, dave):
        await one.until(lambda one: one.left.get("Alice") == "moved")
        assert "Alice" not in one.here


async def test_somebody_goes_back_where_that_is_permitted_and_nowhere_else(people: list[Person]) -> None:
    alice, bob, carol, _ = people
    await open_rooms(people)
    carol.send({"type": "move", "place": carol.room("Red")})
    assert await carol.settled() == ["forbidden"]
    carol.send({"type": "move", "place": ""})
    await alice.until(lambda one: one.here == {"Carol"})
    carol.send({"type": "move", "place": carol.room("Blue")}, {"type": "move", "place": "", "id": bob.tab.id})
    assert await carol.settled() == ["forbidden", "forbidden"]


async def test_nobody_goes_back_where_that_is_not_permitted(people: list[Person]) -> None:
    carol = people[2]
    await open_rooms(people, back=False)
    carol.send({"type": "move", "place": ""})
    assert await carol.settled() == ["forbidden"]


async def test_people_choose_a_room(people: list[Person]) -> None:
    alice, bob, carol, _ = people
    alice.send({"type": "divide", "names": ["Red", "Blue"], "how": "choice"})
    for one in (bob, carol):
        await one.until(lambda one: one.breakouts.get("choose") is True)
        one.send({"type": "move", "place": one.room("Red")})
    await bob.until(lambda one: one.here == {"Carol"})
    assert len(alice.breakouts["people"]) in {0, 4}


async def test_chance_makes_even_rooms_and_hosts_stay(people: list[Person]) -> None:
    alice = people[0]
    alice.send({"type": "divide", "names": ["Red", "Blue"], "how": "even"})
    await alice.until(lambda one: len(one.where()) == 4 and bool(one.breakouts["rooms"]))
    where = alice.where()
    assert where.pop("Alice") == ""
    assert sorted(map(list(where.values()).count, ("Red", "Blue"))) == [1, 2]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "divide", "names": ["Red", "Blue"], "how": "even"},
        {"type": "gather"},
        {"type": "gather", "seconds": 60},
        {"type": "broadcast", "text": "Hello"},
    ],
    ids=lambda message: message["type"],
)
async def test_a_member_and_a_guest_cannot(people: list[Person], message: dict[str, Any]) -> None:
    _, bob, carol, _ = people
    for one in (bob, carol):
        one.send(message)
        assert await one.settled() == ["forbidden"]
    assert not await from_database(lambda: AuditEntry.objects.filter(action__in=["divided", "gathered"]).exists())


async def test_somebody_asks_for_help_and_every_host_sees_it(people: list[Person]) -> None:
    alice, bob, carol, _ = people
    await open_rooms(people)
    bob.send({"type": "help", "asked": True})
    await bob.until(lambda one: one.breakouts["asked"])

    def asking(one: Person) -> list[str]:
        return [person["name"] for person in one.breakouts["people"] if person["help"]]

    await alice.until(lambda one: asking(one) == ["Bob"])
    carol.send({"type": "help", "asked": False, "id": bob.tab.id})
    assert await carol.settled() == ["forbidden"]
    alice.send({"type": "help", "asked": False, "id": bob.tab.id})
    await bob.until(lambda one: not one.breakouts["asked"])
    assert alice.breakouts["people"]


async def test_a_host_speaks_to_all_rooms(people: list[Person]) -> None:
    alice, *others = people
    await open_rooms(people)
    alice.send({"type": "broadcast", "text": " Five more minutes "})
    for one in others:
        await one.until(lambda one: one.kinds()[-1] == "broadcast")
        assert one.heard[-1] == {"type": "broadcast", "id": alice.tab.id, "name": "Alice", "text": "Five more minutes"}


async def test_the_rooms_close_when_their_time_is_over_by_the_stores_clock(
    stage: Stage, room: Room, people: list[Person]
) -> None:
    bob = people[1]
    await open_rooms(people, seconds=60)
    await bob.until(lambda one: one.seconds == 60)
    stage.clock.advance(59)
    for worker in stage.workers:
        await worker.keeper.reap()
    assert await bob.settled() == []
    assert bob.place
    stage.clock.advance(1)
    for worker in stage.workers:
        await worker.keeper.reap()
    for one in people:
        await one.until(lambda one: len(one.here) == 3 and not one.place)
    await written(stage)
    entries = await from_database(lambda: [(entry.action, entry.actor_name) for entry in AuditEntry.objects.order_by("pk")])
    assert [entry for entry in entries if entry[0] in {"divided", "gathered"}] == [("divided", "Alice"), ("gathered", "")]


async def test_a_host_gives_a_minute(people: list[Person]) -> None:
    alice, bob, _, _ = people
    await open_rooms(people)
    assert bob.seconds is None
    alice.send({"type": "gather", "seconds": 60})
    await bob.until(lambda one: one.seconds == 60)
    assert bob.here == {"Dave"}


async def test_a_room_is_closed_while_somebody_goes_there(people: list[Person]) -> None:
    alice, bob, carol, _ = people
    await open_rooms(people)
    place = alice.room("Red")
    alice.send({"type": "gather"}, {"type": "move", "place": place})
    carol.send({"type": "move", "place": place, "id": bob.tab.id})
    for one in people:
        await one.until(lambda one: len(one.here) == 3 and not one.breakouts["rooms"])
    assert await alice.settled() == []
    assert alice.place == ""


async def test_each_command_is_written_once(stage: Stage, people: list[Person]) -> None:
    alice, bob, _, _ = people
    await open_rooms(people)
    alice.send({"type": "divide", "names": ["A", "B"], "how": "even"})
    alice.send({"type": "move", "place": alice.room("Blue"), "id": bob.tab.id}, {"type": "move", "place": alice.room("Blue")})
    alice.send({"type": "gather", "seconds": 60}, {"type": "gather"}, {"type": "gather"})
    await bob.until(lambda one: not one.breakouts["rooms"])
    await alice.settled()
    await written(stage)
    written_down = await from_database(
        lambda: [(entry.action, entry.target) for entry in AuditEntry.objects.order_by("pk") if entry.action != "created"]
    )
    assert written_down == [("divided", ""), ("moved", "Bob"), ("gathered", ""), ("gathered", "")]


async def test_attendance_knows_who_was_in_which_room(stage: Stage, people: list[Person]) -> None:
    alice, bob, _, _ = people
    # A worker writes of people whose attendance another worker has to write first.
    await written(stage)
    await open_rooms(people)
    bob.send({"type": "move", "place": ""})
    await bob.until(lambda one: one.here == {"Alice"})
    await written(stage)
    alice.send({"type": "move", "place": alice.room("Blue"), "id": bob.tab.id}, {"type": "move", "place": alice.room("Blue")})
    await bob.until(lambda one: len(one.here) == 2)
    await written(stage)
    alice.send({"type": "gather"})
    await bob.until(lambda one: not one.breakouts["rooms"])
    await written(stage)
    stays = await from_database(
        lambda: [(str(stay.attendance), str(stay.room), stay.left_at is not None) for stay in BreakoutStay.objects.order_by("pk")]
    )
    first = {("Bob", "Red", True), ("Dave", "Red", True), ("Carol", "Blue", True)}
    assert (set(stays[:3]), stays[3:]) == (first, [("Bob", "Blue", True), ("Alice", "Blue", True)])


async def test_whoever_is_late_is_written_into_their_room(stage: Stage, room: Room, people: list[Person]) -> None:
    alice = people[0]
    alice.send({"type": "divide", "names": ["Red", "Blue"], "how": "even", "late": "even"})
    await alice.until(lambda one: bool(one.breakouts.get("rooms")))
    await written(stage)
    eve = await arrive(stage, room, 4, "Eve", await from_database(guest))
    await eve.until(lambda one: bool(one.place))
    await written(stage)
    known = await from_database(lambda: [str(stay.room) for stay in BreakoutStay.objects.filter(attendance__name="Eve")])
    assert known == [name for name in ("Red", "Blue") if alice.room(name) == eve.place]


async def test_a_reload_keeps_the_place(stage: Stage, room: Room, people: list[Person]) -> None:
    _, bob, _, dave = people
    await open_rooms(people)
    place = dave.place
    await dave.tab.vanished(1001)
    again = Person(Tab(stage[0], room.slug, dave.tab.cookie), "Dave")
    again.take(
        await again.tab.join(resume={"id": dave.tab.id, "token": dave.tab.welcome["token"]}, capabilities=list(CAPABILITIES))
    )
    assert again.here == {"Bob"}
    await again.until(lambda one: one.place == place)


async def test_who_comes_late_is_placed_and_who_waits_hears_nothing(stage: Stage, room: Room, people: list[Person]) -> None:
    alice, _, carol, _ = people
    await open_rooms(people, late="even")
    erin = await arrive(stage, room, 1, "Erin", await from_database(guest))
    await carol.until(lambda one: one.here == {"Erin"})
    assert erin.here == {"Carol"}
    await configure(stage[0], room, locked=True)
    frank = Person(Tab(stage[1], room.slug, await from_database(guest)), "Frank")
    await frank.join()
    await alice.until(lambda one: one.kinds()[-1] == "knocked")
    alice.send({"type": "gather"})
    await carol.until(lambda one: not one.breakouts["rooms"])
    assert frank.kinds() == ["waiting"]
    alice.send({"type": "admit", "id": frank.tab.id})
    await frank.until(lambda one: one.kinds()[-1] == "welcomed")
    assert len(frank.here) == 5


async def test_a_host_in_another_place_learns_that_nobody_waits_any_more(stage: Stage, room: Room, people: list[Person]) -> None:
    alice = people[0]
    await open_rooms(people, late="even")
    await configure(stage[0], room, locked=True)
    frank = Person(Tab(stage[1], room.slug, await from_database(guest)), "Frank")
    await frank.join()
    await alice.until(lambda one: one.kinds()[-1] == "knocked")
    alice.send({"type": "admit", "id": frank.tab.id})
    await alice.until(lambda one: one.left.get(frank.tab.id) == "moved")
    await frank.until(lambda one: one.here == {"Carol"})


async def test_a_browser_of_the_release_before_sees_people_come_and_go(
    stage: Stage, room: Room, alices: Client, bobs: Client
) -> None:
    alice, bob = (
        Person(Tab(stage[place], room.slug, cookie(who)), name)
        for place, (who, name) in enumerate([(alices, "Alice"), (bobs, "Bob")])
    )
    await alice.join()
    await bob.join()
    carol = Person(Tab(stage[0], room.slug, await from_database(guest)), "Carol")
    carol.take(await carol.tab.join(name="Carol"))
    for one in (alice, bob):
        await one.until(lambda one: "Carol" in one.here)
    alice.send(divide(red=(bob, carol)))
    await carol.until(lambda one: one.here == {"Bob"})
    bob.send({"type": "move", "place": ""})
    await carol.until(lambda one: one.left == {"Bob": "left"})
    alice.send({"type": "gather"})
    await carol.until(lambda one: one.here == {"Alice", "Bob"})
    assert not {"breakouts", "placed", "countdown"} & set(carol.kinds())


async def test_too_many_moves_are_refused(people: list[Person]) -> None:
    alice = people[0]
    alice.send(*[{"type": "move", "place": ""}] * (MOVE_BURST + 1))
    assert await alice.settled() == ["flood"]


async def test_a_banned_person_is_removed_from_another_place(people: list[Person]) -> None:
    alice, _, carol, _ = people
    await open_rooms(people)
    alice.send({"type": "remove", "id": carol.tab.id, "ban": True})
    assert await carol.tab.closed() == 4003
    await alice.until(lambda one: "Carol" not in one.where())


async def test_redis_forgets_everything_but_the_workers_know_who_is_where(
    room: Room, alices: Client, bobs: Client, redis_url: str
) -> None:
    async with two_workers(redis_url) as stage:
        alice, bob = await arrive(stage, room, 0, "Alice", cookie(alices)), await arrive(stage, room, 1, "Bob", cookie(bobs))
        await alice.until(lambda one: one.here == {"Bob"})
        alice.send(divide(red=(bob,), seconds=600))
        await bob.until(lambda one: bool(one.place))
        await lose_the_store(stage, redis_url)
        snapshot = await stage[0].roster.snapshot(str(room.pk))
        assert snapshot
        assert {record.name: record.place for record in snapshot.people} == {"Alice": "", "Bob": bob.place}
        assert snapshot.breakouts.remaining == 600_000
        alice.send({"type": "gather"})
        await bob.until(lambda one: one.here == {"Alice"} and not one.place)


async def test_a_worker_that_missed_a_move_repairs_it(
    room: Room, alices: Client, bobs: Client, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_workers(redis_url) as stage:
        alice, bob = await arrive(stage, room, 0, "Alice", cookie(alices)), await arrive(stage, room, 1, "Bob", cookie(bobs))
        await alice.until(lambda one: one.here == {"Bob"})
        with monkeypatch.context() as patch:
            patch.setattr(stage[0].mailbox, "post", lambda worker, mail: None)
            alice.send(divide(red=(bob,)))
            await alice.until(lambda one: not one.here)
        await stage[1].keeper.renew()
        await bob.until(lambda one: not one.here and bool(one.place))
