"""Breakout rooms in both rosters. Alice hosts, Bob is a member, Carol and Dave are guests."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from signaling.breakouts import NONE, Breakouts
from signaling.protocol.facts import Breakout
from signaling.protocol.values import Late
from signaling.roster.base import Change, Lease, Record, Roster, Snapshot
from tests.signaling.roster.stage import Stage, person, rules

ROOM = "1"
ALICE = person("Alice", role="owner", worker="w1")
BOB = person("Bob", role="member", worker="w2")
CAROL = person("Carol", worker="w2")
DAVE = person("Dave", worker="w3")

ROOMS = [Breakout(id="red", name="Red"), Breakout(id="blue", name="Blue")]


def some(*, late: Late = "main") -> Breakouts:
    return Breakouts(rooms=ROOMS, late=late)


async def enter(roster: Roster, record: Record, *, locked: bool = False) -> Record:
    entered = await roster.enter(ROOM, record, token=f"{record.id}-1", settings=rules(locked=locked))
    assert entered.change.record
    return entered.change.record


async def look(roster: Roster) -> Snapshot:
    snapshot = await roster.snapshot(ROOM)
    assert snapshot
    return snapshot


async def places(roster: Roster) -> dict[str, str]:
    return {record.id: record.place for record in (await look(roster)).people}


async def meet(roster: Roster, *, late: Late = "main", seconds: int = 0) -> Change:
    """Alice in the main room, Bob in Red, Carol in Blue."""
    for record in (ALICE, BOB, CAROL):
        await enter(roster, record)
    change = await roster.divide(ROOM, some(late=late), {"bob": "red", "carol": "blue"}, seconds=seconds)
    assert change
    return change


async def test_everybody_is_moved_in_one_change(roster: Roster) -> None:
    change = await meet(roster)
    assert (change.version, change.workers, change.record) == (4, ["w1", "w2"], None)
    assert (change.breakouts, change.moves) == (some(), {"bob": "red", "carol": "blue"})
    assert change.complete
    assert await places(roster) == {"alice": "", "bob": "red", "carol": "blue"}
    assert (await look(roster)).breakouts == some()


async def test_two_hosts_open_rooms_at_once_and_one_of_them_does(roster: Roster) -> None:
    for record in (ALICE, BOB, CAROL):
        await enter(roster, record)
    opened = await asyncio.gather(
        roster.divide(ROOM, some(), {"bob": "red"}, seconds=0), roster.divide(ROOM, some(), {"bob": "blue"}, seconds=0)
    )
    [change] = [change for change in opened if change]
    assert (await places(roster))["bob"] == change.moves["bob"]


async def test_a_room_that_is_not_live_has_no_breakouts(roster: Roster) -> None:
    assert await roster.divide(ROOM, some(), {}, seconds=0) is None
    assert await roster.move(ROOM, "bob", "red") is None
    assert await roster.gather(ROOM, seconds=0) is None
    assert await roster.help(ROOM, "bob", asked=True) is None


async def test_one_is_moved_and_the_others_stay(roster: Roster) -> None:
    await meet(roster)
    change = await roster.move(ROOM, "alice", "blue")
    assert change and change.record and (change.version, change.record.place) == (5, "blue")
    assert await roster.move(ROOM, "bob", "")
    assert await places(roster) == {"alice": "blue", "bob": "", "carol": "blue"}


@pytest.mark.parametrize("place", ["red", "green", "w2"])
async def test_nobody_is_moved_where_they_are_or_where_nothing_is(roster: Roster, place: str) -> None:
    await meet(roster)
    assert await roster.move(ROOM, "bob", place) is None
    assert await roster.move(ROOM, "nobody", "blue") is None
    assert (await look(roster)).version == 4


async def test_all_come_back_at_once(roster: Roster) -> None:
    await meet(roster)
    change = await roster.gather(ROOM, seconds=0)
    assert change and (change.breakouts, change.moves) == (NONE, {"bob": "", "carol": ""})
    assert set((await places(roster)).values()) == {""}
    assert await roster.gather(ROOM, seconds=0) is None
    assert await roster.move(ROOM, "bob", "red") is None


async def test_a_room_is_closed_while_people_join_it(roster: Roster) -> None:
    await meet(roster)
    await asyncio.gather(roster.move(ROOM, "alice", "red"), roster.gather(ROOM, seconds=0), roster.move(ROOM, "carol", "red"))
    assert set((await places(roster)).values()) == {""}


async def test_the_time_is_the_stores(stage: Stage) -> None:
    roster = stage.roster
    change = await meet(roster, seconds=60)
    assert change.breakouts and change.breakouts.remaining == 60_000
    stage.advance(59)
    assert (await look(roster)).breakouts.remaining == 1_000
    assert await roster.gather(ROOM, seconds=None) is None
    stage.advance(1)
    assert (await look(roster)).breakouts.remaining == 1
    over = await asyncio.gather(roster.gather(ROOM, seconds=None), roster.gather(ROOM, seconds=None))
    assert sorted(change is None for change in over) == [False, True]
    assert set((await places(roster)).values()) == {""}


async def test_without_a_time_the_rooms_do_not_end_by_themselves(stage: Stage) -> None:
    await meet(stage.roster)
    stage.advance(5)
    assert await stage.roster.gather(ROOM, seconds=None) is None


async def test_a_host_warns_a_minute_before_the_end(stage: Stage) -> None:
    await meet(stage.roster, seconds=600)
    change = await stage.roster.gather(ROOM, seconds=60)
    assert change and change.breakouts and (change.breakouts.remaining, change.moves) == (60_000, {})
    assert (await places(stage.roster))["bob"] == "red"


async def test_who_comes_late_is_in_the_main_room_or_where_the_fewest_are(roster: Roster) -> None:
    await meet(roster)
    assert (await enter(roster, DAVE)).place == ""
    await roster.gather(ROOM, seconds=0)
    await roster.divide(ROOM, some(late="even"), {"bob": "red", "carol": "red", "dave": "blue"}, seconds=0)
    assert (await enter(roster, person("Erin"))).place == "blue"
    assert (await enter(roster, person("Frank"))).place == "red"
    assert (await enter(roster, person("Grace", role="host"))).place == ""


async def test_who_is_not_named_is_placed_like_those_who_come_late(roster: Roster) -> None:
    for record in (ALICE, BOB, CAROL, DAVE):
        await enter(roster, record)
    change = await roster.divide(ROOM, some(late="even"), {"bob": "red"}, seconds=0)
    assert change and change.moves == {"bob": "red", "carol": "blue", "dave": "red"}


async def test_who_waits_is_not_touched_and_is_placed_when_let_in(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, CAROL, locked=True)
    await roster.divide(ROOM, some(late="even"), {"carol": "blue"}, seconds=0)
    assert await places(roster) == {"alice": "", "carol": ""}
    assert await roster.move(ROOM, "carol", "red") is None
    assert await roster.help(ROOM, "carol", asked=True) is None
    change = await roster.admit(ROOM, "carol")
    assert change and change.record and change.record.place == "red"


async def test_somebody_asks_for_help_until_they_move(roster: Roster) -> None:
    await meet(roster)
    change = await roster.help(ROOM, "bob", asked=True)
    assert change and change.record and change.record.help
    assert await roster.help(ROOM, "bob", asked=True) is None
    await roster.help(ROOM, "carol", asked=True)
    await roster.help(ROOM, "carol", asked=False)
    assert [record.id for record in (await look(roster)).people if record.help] == ["bob"]
    await roster.move(ROOM, "bob", "")
    await roster.help(ROOM, "carol", asked=True)
    await roster.gather(ROOM, seconds=0)
    assert not [record for record in (await look(roster)).people if record.help]
    assert await roster.help(ROOM, "bob", asked=True) is None


async def test_a_place_is_kept_over_a_reload_and_lost_with_its_room(roster: Roster) -> None:
    await meet(roster)
    await roster.detach(ROOM, "bob", 1, 15)

    async def resume(token: str, fresh: str) -> str:
        entered = await roster.resume(
            ROOM,
            "bob",
            identity=BOB.identity,
            token=token,
            fresh=fresh,
            worker="w3",
            role=BOB.role,
            name="",
            prefix="",
            settings=rules(-1),
        )
        assert entered.change.record
        return entered.change.record.place

    assert await resume("bob-1", "bob-2") == "red"
    await roster.gather(ROOM, seconds=0)
    assert await resume("bob-2", "bob-3") == ""


async def test_the_next_meeting_has_no_breakouts(roster: Roster) -> None:
    await meet(roster)
    await roster.end(ROOM)
    await enter(roster, BOB)
    assert (await look(roster)).breakouts == NONE


# The store has lost the room


async def restore(roster: Roster, record: Record, *, breakouts: Breakouts, **fields: object) -> Record:
    lost = msgspec.structs.replace(record, **fields)
    entered = await roster.restore(ROOM, lost, token=f"{record.id}-1", settings=rules(), breakouts=breakouts)
    assert entered.change.record
    return entered.change.record


async def test_workers_put_back_rooms_and_who_is_in_them(stage: Stage) -> None:
    timed = msgspec.structs.replace(some(), ends_at=1_060_000)
    assert (await restore(stage.roster, BOB, breakouts=timed, place="red", help=True)).place == "red"
    assert (await look(stage.roster)).breakouts == msgspec.structs.replace(timed, remaining=60_000)
    assert (await restore(stage.roster, CAROL, breakouts=NONE, place="blue")).place == "blue"
    assert (await restore(stage.roster, DAVE, breakouts=NONE, place="green")).place == ""


async def test_rooms_that_were_closed_since_are_not_put_back(roster: Roster) -> None:
    await restore(roster, BOB, breakouts=some(), place="red")
    await roster.gather(ROOM, seconds=0)
    assert (await restore(roster, CAROL, breakouts=some(), place="blue")).place == ""
    assert (await look(roster)).breakouts == NONE


async def test_a_place_that_is_reclaimed_is_where_it_was(roster: Roster) -> None:
    await meet(roster)
    entered = await roster.reclaim(ROOM, BOB, epoch="lost", token="bob-1", fresh="bob-2", others=[], settings=rules())
    assert entered.change.record and entered.change.record.place == "red"


async def test_a_dead_workers_people_keep_their_place_while_they_may_come_back(stage: Stage) -> None:
    await meet(stage.roster)
    stage.advance(11)
    await stage.roster.renew([Lease(room=ROOM, id="alice", generation=1)])
    stage.advance(2)
    assert len(await stage.roster.reap(ROOM)) == 2
    assert await places(stage.roster) == {"alice": "", "bob": "red", "carol": "blue"}
