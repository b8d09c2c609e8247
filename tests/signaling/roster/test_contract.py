"""What both rosters promise (``signaling/roster/base.py``). Alice hosts, Bob is a member, Carol knocks, Mallory is refused."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from signaling.protocol.values import LeaveReason, Restriction, Waits
from signaling.roster.base import Change, Dismissed, Entered, Lease, Record, Refusal, Renewal, Roster, Snapshot, Verdict
from signaling.settings import RoomSettings
from tests.signaling.roster.stage import BEGINNING, Stage, person, rules

ROOM = "1"
ALICE = person("Alice", role="owner", worker="w1")
BOB = person("Bob", role="member", worker="w2")
CAROL = person("Carol", worker="w2")
MALLORY = person("Mallory", worker="w3")


async def enter(roster: Roster, record: Record, *, room: str = ROOM, capacity: int = 8, locked: bool = False) -> Entered:
    return await roster.enter(room, record, token=f"{record.id}-1", settings=rules(capacity=capacity, locked=locked))


async def resume(roster: Roster, record: Record, token: str, fresh: str, *, worker: str = "w9", name: str = "") -> Entered:
    return await roster.resume(
        ROOM,
        record.id,
        identity=record.identity,
        token=token,
        fresh=fresh,
        worker=worker,
        role=record.role,
        name=name,
        prefix=record.prefix,
        settings=rules(-1),
    )


def state(entered: Entered) -> str:
    assert entered.change.record
    return entered.change.record.state


async def reclaim(
    roster: Roster, record: Record, generation: int = 1, *, token: str = "", fresh: str = "", others: tuple[Record, ...] = ()
) -> Entered:
    """By a token of an epoch that the store does not know."""
    return await roster.reclaim(
        ROOM,
        msgspec.structs.replace(record, generation=generation),
        epoch="lost",
        token=token or f"{record.id}-{generation}",
        fresh=fresh or f"{record.id}-again",
        others=list(others),
        settings=rules(),
    )


async def renew(roster: Roster, id: str, generation: int = 1) -> Renewal:
    [renewal] = await roster.renew([Lease(room=ROOM, id=id, generation=generation)])
    return renewal


async def look(roster: Roster) -> Snapshot:
    snapshot = await roster.snapshot(ROOM)
    assert snapshot
    return snapshot


async def links(roster: Roster) -> dict[str, str]:
    return {record.id: record.link for record in (await look(roster)).people}


def emitted(change: Change | None) -> tuple[int, list[str], str | None]:
    assert change
    return change.version, change.workers, change.reason


# enter


async def test_the_first_one_opens_the_room(roster: Roster) -> None:
    entered = await enter(roster, ALICE)
    assert entered.change.record == ALICE
    assert emitted(entered.change) == (1, ["w1"], None)
    assert entered.change.room == ROOM
    assert entered.change.epoch == entered.snapshot.epoch
    assert entered.snapshot == await roster.snapshot(ROOM)
    assert entered.snapshot.people == [ALICE]


async def test_several_rooms_are_looked_at_at_once(roster: Roster) -> None:
    entered = await enter(roster, ALICE)
    assert await roster.snapshots(["nobody's", ROOM]) == [None, entered.snapshot]
    assert await roster.snapshots([]) == []


async def test_of_several_rooms_those_are_told_in_which_somebody_is(roster: Roster) -> None:
    await enter(roster, ALICE)
    assert await roster.occupied(["nobody's", ROOM]) == [ROOM]
    assert await roster.occupied([]) == []
    await roster.leave(ROOM, ALICE.id, None, "left")
    assert await roster.occupied(["nobody's", ROOM]) == []


async def test_people_are_in_order_of_arrival(roster: Roster) -> None:
    crowd = [person(f"Guest{number}") for number in (5, 3, 9, 1, 7, 2, 8, 4, 6)]
    for guest in crowd:
        entered = await enter(roster, guest, capacity=20)
    assert entered.snapshot.people == crowd
    assert entered.change.version == len(crowd)


async def test_a_change_names_the_workers_to_tell(roster: Roster) -> None:
    await enter(roster, ALICE)
    assert emitted((await enter(roster, BOB)).change) == (2, ["w1", "w2"], None)


async def test_names_are_kept_as_they_are(roster: Roster) -> None:
    zoe = person('Zoë "the /best\\" 🦊', id="zoe", identity="guest:zoë")
    assert (await enter(roster, zoe)).snapshot.people == [zoe]


async def test_rooms_do_not_touch(roster: Roster) -> None:
    await enter(roster, ALICE, room="1")
    entered = await enter(roster, BOB, room="2")
    assert entered.snapshot.people == [BOB]
    assert entered.change.version == 1
    assert sorted(await roster.rooms()) == ["1", "2"]


async def test_a_full_room_refuses(roster: Roster) -> None:
    await enter(roster, ALICE, capacity=2)
    await enter(roster, BOB, capacity=2)
    with pytest.raises(Refusal, match="full"):
        await enter(roster, CAROL, capacity=2)
    assert (await look(roster)).version == 2


async def test_the_detached_keep_their_seats(roster: Roster) -> None:
    await enter(roster, ALICE, capacity=1)
    await roster.detach(ROOM, "alice", 1, 15)
    with pytest.raises(Refusal, match="full"):
        await enter(roster, BOB, capacity=1)


async def test_entering_again_with_the_same_token_changes_nothing(roster: Roster) -> None:
    first = await enter(roster, ALICE, capacity=1)
    assert await enter(roster, ALICE, capacity=1) == first


# The lock


async def test_a_guest_knocks_at_a_locked_room(roster: Roster) -> None:
    await enter(roster, ALICE, locked=True)
    entered = await enter(roster, CAROL, locked=True)
    assert [record.state for record in entered.snapshot.people] == ["present", "waiting"]
    assert entered.snapshot.settings.locked


async def test_a_guest_may_knock_at_an_empty_room(roster: Roster) -> None:
    entered = await enter(roster, CAROL, locked=True)
    assert entered.change.record
    assert entered.change.record.state == "waiting"


async def test_a_waiting_participant_takes_no_seat(roster: Roster) -> None:
    await enter(roster, ALICE, locked=True, capacity=2)
    await enter(roster, CAROL, locked=True, capacity=2)
    entered = await enter(roster, BOB, locked=True, capacity=2)
    assert entered.change.record == BOB


async def test_one_network_has_half_of_the_places_where_people_wait(roster: Roster) -> None:
    school, home = "192.0.2.7", "198.51.100.0"
    await enter(roster, ALICE, locked=True)
    for number in range(20):
        await enter(roster, person(f"Mallory{number}", prefix=school), locked=True)
    with pytest.raises(Refusal, match="crowded"):
        await enter(roster, person("Dave", prefix=school), locked=True)
    for number in range(20):
        await enter(roster, person(f"Carol{number}", prefix=home), locked=True)
    with pytest.raises(Refusal, match="full"):
        await enter(roster, person("Erin", prefix="203.0.113.1"), locked=True)


async def test_who_does_not_wait_is_not_counted_by_network(roster: Roster) -> None:
    """Hosts and members, and those who were let in."""
    school = "192.0.2.7"
    for number in range(20):
        await enter(roster, person(f"Mallory{number}", prefix=school), locked=True, capacity=50)
    assert state(await enter(roster, msgspec.structs.replace(ALICE, prefix=school), locked=True, capacity=50)) == "present"
    await roster.admit(ROOM, "mallory0")
    assert state(await enter(roster, person("Dave", prefix=school), locked=True, capacity=50)) == "waiting"


async def test_who_comes_back_from_elsewhere_is_known_by_that_network(roster: Roster) -> None:
    await enter(roster, msgspec.structs.replace(CAROL, prefix="192.0.2.7"), locked=True)
    await resume(roster, msgspec.structs.replace(CAROL, prefix="198.51.100.0"), "carol-1", "carol-2")
    assert [record.prefix for record in (await look(roster)).people] == ["198.51.100.0"]


# The lobby


async def come(roster: Roster, record: Record, settings: RoomSettings) -> str:
    return state(await roster.enter(ROOM, record, token=f"{record.id}-1", settings=settings))


async def states(roster: Roster) -> dict[str, str]:
    return {record.id: record.state for record in (await look(roster)).people}


def let_in(changes: list[Change]) -> list[str]:
    assert {(change.record.state, change.record.lobby) for change in changes if change.record} <= {("present", False)}
    return [change.record.id for change in changes if change.record]


DAVE = person("Dave", identity="user:4", worker="w3")
HELEN = person("Helen", role="host", identity="user:5", worker="w1")


@pytest.mark.parametrize(
    ("waits", "waiting"),
    [
        ("nobody", []),
        ("guests", ["carol"]),
        ("nonmembers", ["dave", "carol"]),
        ("nonhosts", ["bob", "dave", "carol"]),
    ],
)
async def test_who_waits_is_decided_when_they_enter(roster: Roster, waits: Waits, waiting: list[str]) -> None:
    for record in (HELEN, ALICE, BOB, DAVE, CAROL):
        await come(roster, record, rules(waits=waits))
    assert [name for name, state in (await states(roster)).items() if state == "waiting"] == waiting


async def test_a_new_lobby_counts_for_newcomers_at_once(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, CAROL)
    await roster.configure(ROOM, rules(1, waits="guests"))
    entered = await enter(roster, MALLORY)
    assert [record.state for record in entered.snapshot.people] == ["present", "present", "waiting"]


async def test_nobody_leaves_a_lobby_that_holds(roster: Roster) -> None:
    await come(roster, ALICE, rules(waits="guests"))
    await come(roster, CAROL, rules(waits="guests"))
    assert await roster.release(ROOM) == []
    assert await roster.release("unknown") == []


async def test_when_nobody_has_to_wait_any_more_those_who_wait_enter_in_their_order(roster: Roster) -> None:
    for record in (ALICE, MALLORY, CAROL):
        await come(roster, record, rules(waits="guests"))
    await roster.configure(ROOM, rules(1))
    changes = await roster.release(ROOM)
    assert let_in(changes) == ["mallory", "carol"]
    assert [change.version for change in changes] == [5, 6]
    assert changes[0].workers == ["w1", "w2", "w3"]
    assert await roster.release(ROOM) == []


async def test_a_lobby_that_opens_for_some_holds_the_others(roster: Roster) -> None:
    for record in (BOB, DAVE, CAROL):
        await come(roster, record, rules(waits="nonhosts"))
    await roster.configure(ROOM, rules(1, waits="guests"))
    assert let_in(await roster.release(ROOM)) == ["bob", "dave"]


async def test_who_becomes_a_member_meanwhile_does_not_wait_any_more(roster: Roster) -> None:
    await come(roster, DAVE, rules(waits="nonmembers"))
    await roster.update(ROOM, "dave", role="member")
    assert let_in(await roster.release(ROOM)) == ["dave"]


async def test_the_first_host_opens_the_lobby_until_everybody_has_left(roster: Roster) -> None:
    lobby = rules(waits="nonhosts", opens="host")
    assert await come(roster, BOB, lobby) == "waiting"
    assert await roster.release(ROOM) == []
    await come(roster, ALICE, lobby)
    assert let_in(await roster.release(ROOM)) == ["bob"]
    assert await come(roster, CAROL, lobby) == "present"
    await roster.leave(ROOM, "alice", None, "left")
    assert await come(roster, DAVE, lobby) == "present"
    await roster.end(ROOM)
    assert await come(roster, MALLORY, lobby) == "waiting"


async def test_who_is_made_a_host_in_the_meeting_opens_the_lobby(roster: Roster) -> None:
    lobby = rules(waits="guests", opens="host")
    await come(roster, BOB, lobby)
    assert await come(roster, CAROL, lobby) == "waiting"
    await roster.update(ROOM, "bob", role="host")
    assert let_in(await roster.release(ROOM)) == ["carol"]


async def test_a_host_who_is_there_already_opens_a_lobby_that_is_made_now(roster: Roster) -> None:
    await come(roster, ALICE, rules())
    assert await come(roster, CAROL, rules(1, waits="guests", opens="host")) == "present"


async def test_a_host_does_not_open_a_lobby_that_only_hosts_open(roster: Roster) -> None:
    await come(roster, ALICE, rules(waits="guests"))
    assert await come(roster, CAROL, rules(waits="guests")) == "waiting"


async def test_the_lobby_opens_at_its_time_by_the_clock_of_the_store(stage: Stage) -> None:
    lobby = rules(waits="nonhosts", opens="time", opens_at=BEGINNING + 60)
    await come(stage.roster, BOB, lobby)
    stage.advance(8)
    await renew(stage.roster, "bob")
    stage.advance(51)
    await renew(stage.roster, "bob")
    assert await come(stage.roster, CAROL, lobby) == "waiting"
    assert await stage.roster.release(ROOM) == []
    stage.advance(1)
    assert await come(stage.roster, DAVE, lobby) == "present"
    assert let_in(await stage.roster.release(ROOM)) == ["bob", "carol"]


async def test_a_lock_holds_whoever_the_lobby_lets_go(roster: Roster) -> None:
    await come(roster, ALICE, rules(waits="guests", locked=True))
    await come(roster, CAROL, rules(waits="guests", locked=True))
    await roster.configure(ROOM, rules(1, locked=True))
    assert await roster.release(ROOM) == []
    await roster.configure(ROOM, rules(2))
    assert let_in(await roster.release(ROOM)) == ["carol"]


async def test_to_unlock_admits_nobody(roster: Roster) -> None:
    await come(roster, ALICE, rules(locked=True))
    await come(roster, CAROL, rules(locked=True))
    await roster.configure(ROOM, rules(1))
    assert await roster.release(ROOM) == []


async def test_a_lobby_opens_for_as_many_as_there_are_seats(roster: Roster) -> None:
    for record in (ALICE, CAROL, MALLORY):
        await come(roster, record, rules(waits="guests", capacity=2))
    await roster.configure(ROOM, rules(1, capacity=2))
    assert let_in(await roster.release(ROOM)) == ["carol"]
    await roster.leave(ROOM, "carol", None, "left")
    assert let_in(await roster.release(ROOM)) == ["mallory"]


async def test_a_seat_is_not_given_to_somebody_whose_socket_is_lost(roster: Roster) -> None:
    await come(roster, CAROL, rules(waits="guests"))
    await roster.detach(ROOM, "carol", 1, 15)
    await roster.configure(ROOM, rules(1))
    assert await roster.release(ROOM) == []
    assert state(await resume(roster, CAROL, "carol-1", "carol-2")) == "waiting"
    assert let_in(await roster.release(ROOM)) == ["carol"]


async def test_who_waits_leaves_a_note_that_is_gone_when_they_are_in(roster: Roster) -> None:
    await come(roster, CAROL, rules(waits="guests"))
    change = await roster.note(ROOM, "carol", "It is me, “Zoë” 🦊")
    assert change and change.record and change.record.note == "It is me, “Zoë” 🦊"
    assert await roster.note(ROOM, "carol", "It is me, “Zoë” 🦊") is None
    entered = await resume(roster, CAROL, "carol-1", "carol-2")
    assert entered.snapshot.people[0].note == "It is me, “Zoë” 🦊"
    admitted = await roster.admit(ROOM, "carol")
    assert admitted and admitted.record and admitted.record.note == ""
    assert await roster.note(ROOM, "carol", "Hello") is None
    assert await roster.note(ROOM, "dave", "Hello") is None


async def test_only_who_waits_is_denied_and_is_told_why(roster: Roster) -> None:
    await come(roster, BOB, rules(waits="guests"))
    await come(roster, CAROL, rules(waits="guests"))
    change = await roster.deny(ROOM, "carol", "We begin at noon")
    assert change and (change.reason, change.words) == ("denied", "We begin at noon")
    assert await roster.deny(ROOM, "carol", "Again") is None
    assert await roster.deny(ROOM, "bob", "Out") is None
    with pytest.raises(Dismissed) as dismissed:
        await resume(roster, CAROL, "carol-1", "carol-2")
    assert (dismissed.value.verdict, dismissed.value.words) == ("denied", "We begin at noon")
    with pytest.raises(Refusal, match="wait"):
        await come(roster, CAROL, rules(waits="guests"))


async def lose(stage: Stage, id: str, *, seconds: int) -> None:
    """Somebody's line is down for so long; that of Alice holds."""
    await stage.roster.detach(ROOM, id, 1, 15)
    for _ in range(seconds // 10):
        stage.advance(10)
        await renew(stage.roster, "alice")
        await stage.roster.reap(ROOM)


def anew(record: Record) -> Record:
    return msgspec.structs.replace(record, id=f"{record.id}-again")


async def test_who_was_let_in_and_whose_line_was_down_for_long_does_not_wait_again(stage: Stage) -> None:
    lobby = rules(waits="guests")
    for record in (ALICE, CAROL):
        await come(stage.roster, record, lobby)
    await stage.roster.admit(ROOM, "carol")
    await lose(stage, "carol", seconds=60)
    assert "carol" not in await states(stage.roster)
    assert await come(stage.roster, anew(CAROL), lobby) == "present"


async def test_who_was_lost_while_they_waited_waits_again(stage: Stage) -> None:
    lobby = rules(waits="guests")
    for record in (ALICE, CAROL):
        await come(stage.roster, record, lobby)
    await lose(stage, "carol", seconds=60)
    assert await come(stage.roster, anew(CAROL), lobby) == "waiting"


async def test_who_left_waits_again_and_so_does_who_was_away_for_longer(stage: Stage) -> None:
    lobby = rules(1, waits="guests")
    for record in (ALICE, CAROL, MALLORY):
        await come(stage.roster, record, rules())
    await stage.roster.leave(ROOM, "mallory", None, "left")
    assert await come(stage.roster, anew(MALLORY), lobby) == "waiting"
    await lose(stage, "carol", seconds=330)
    assert await come(stage.roster, anew(CAROL), lobby) == "waiting"


async def test_a_lock_holds_whoever_was_lost(stage: Stage) -> None:
    for record in (ALICE, CAROL):
        await come(stage.roster, record, rules())
    await lose(stage, "carol", seconds=60)
    assert await come(stage.roster, anew(CAROL), rules(1, locked=True)) == "waiting"


async def test_who_was_lost_and_then_sent_away_waits(stage: Stage) -> None:
    lobby = rules(waits="guests")
    for record in (ALICE, CAROL):
        await come(stage.roster, record, rules())
    await lose(stage, "carol", seconds=60)
    assert await come(stage.roster, anew(CAROL), rules(1, waits="guests")) == "present"
    await stage.roster.leave(ROOM, "carol-again", None, "removed")
    stage.advance(60)
    await renew(stage.roster, "alice")
    assert await come(stage.roster, CAROL, lobby) == "waiting"


async def test_who_was_let_in_stays_in_when_the_store_has_lost_it(roster: Roster) -> None:
    """Their worker puts them back, and so does their token."""
    lobby = rules(waits="guests")
    assert state(await roster.restore(ROOM, CAROL, token="carol-1", settings=lobby)) == "present"
    assert state(await resume(roster, CAROL, "carol-1", "carol-2")) == "present"
    assert state(await reclaim(roster, MALLORY)) == "present"
    assert await come(roster, person("Erin"), lobby) == "waiting"


async def test_a_newer_lock_rules_over_what_was_read_before(roster: Roster) -> None:
    await enter(roster, ALICE)
    change = await roster.configure(ROOM, rules(1, locked=True))
    assert emitted(change) == (2, ["w1"], None)
    assert change and change.record is None
    assert (await look(roster)).settings.locked
    entered = await enter(roster, CAROL, locked=False)
    assert entered.change.record and entered.change.record.state == "waiting"


async def test_locking_twice_is_no_change(roster: Roster) -> None:
    await enter(roster, ALICE)
    assert await roster.configure(ROOM, rules(1)) is None
    assert await roster.configure(ROOM, rules(1, locked=True))
    assert await roster.configure(ROOM, rules(1, locked=True)) is None


async def test_a_room_that_is_not_live_cannot_be_locked(roster: Roster) -> None:
    assert await roster.configure(ROOM, rules(1, locked=True)) is None


async def test_the_lock_is_told_to_nobody_when_all_are_detached(roster: Roster) -> None:
    await enter(roster, ALICE)
    await roster.detach(ROOM, "alice", 1, 15)
    assert emitted(await roster.configure(ROOM, rules(1, locked=True))) == (3, [], None)


async def test_forty_may_wait(roster: Roster) -> None:
    """Of one network not as many, where that is known."""
    for number in range(40):
        await enter(roster, person(f"Guest{number}"), locked=True, capacity=2)
    with pytest.raises(Refusal, match="full"):
        await enter(roster, CAROL, locked=True, capacity=2)


# One person


def device(record: Record, number: int) -> Record:
    return msgspec.structs.replace(record, id=f"{record.id}-{number}")


async def refusal(roster: Roster, record: Record, *, locked: bool = False) -> tuple[str, int]:
    with pytest.raises(Refusal) as refused:
        await enter(roster, record, locked=locked)
    return refused.value.code, refused.value.seconds


async def test_a_person_has_three_places(roster: Roster) -> None:
    await enter(roster, ALICE)
    for number in range(3):
        await enter(roster, device(MALLORY, number))
    assert await refusal(roster, device(MALLORY, 3)) == ("devices", 0)
    await enter(roster, CAROL)
    await roster.leave(ROOM, "mallory-1", None, "left")
    await enter(roster, device(MALLORY, 4))


async def test_a_person_knocks_once_at_a_time(roster: Roster) -> None:
    await enter(roster, ALICE, locked=True)
    await enter(roster, device(MALLORY, 1), locked=True)
    assert await refusal(roster, device(MALLORY, 2), locked=True) == ("devices", 0)
    await enter(roster, CAROL, locked=True)


async def test_who_knocked_in_a_window_that_is_gone_knocks_again(roster: Roster) -> None:
    await enter(roster, ALICE, locked=True)
    await enter(roster, device(CAROL, 1), locked=True)
    await roster.detach(ROOM, "carol-1", 1, 5)
    await enter(roster, device(CAROL, 2), locked=True)


@pytest.mark.parametrize("reason", ["removed", "denied"])
async def test_who_was_sent_away_waits_and_ever_longer(stage: Stage, reason: LeaveReason) -> None:
    roster = stage.roster
    await enter(roster, ALICE)
    for number, seconds in enumerate((60, 120, 240, 480, 900, 900)):
        await enter(roster, device(MALLORY, number))
        await roster.leave(ROOM, f"mallory-{number}", None, reason)
        assert await refusal(roster, device(MALLORY, 99)) == ("wait", seconds)
        stage.advance(seconds - 1)
        assert await refusal(roster, device(MALLORY, 99)) == ("wait", 1)
        stage.advance(1)
    await enter(roster, CAROL)


async def test_who_left_or_was_sent_home_need_not_wait(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, CAROL)
    await roster.leave(ROOM, "carol", None, "left")
    await enter(roster, CAROL)
    await roster.end(ROOM)
    await enter(roster, CAROL)


async def test_a_host_who_removes_another_tab_of_theirs_need_not_wait(roster: Roster) -> None:
    await enter(roster, device(ALICE, 1))
    await enter(roster, device(ALICE, 2))
    await roster.leave(ROOM, "alice-1", None, "removed")
    await enter(roster, device(ALICE, 3))


async def test_another_room_knows_nothing_of_it(stage: Stage) -> None:
    roster = stage.roster
    for room in ("1", "2"):
        await enter(roster, ALICE, room=room)
    await enter(roster, MALLORY)
    await roster.leave(ROOM, "mallory", None, "removed")
    await enter(roster, MALLORY, room="2")
    stage.advance(60)
    await enter(roster, MALLORY)


async def test_who_comes_and_goes_too_often_waits(stage: Stage) -> None:
    roster = stage.roster
    await enter(roster, ALICE)
    for _ in range(10):
        await enter(roster, MALLORY)
        await roster.leave(ROOM, "mallory", None, "left")
    stage.advance(20)
    assert await refusal(roster, MALLORY) == ("wait", 40)
    await enter(roster, CAROL)
    stage.advance(40)
    await enter(roster, MALLORY)


async def test_who_was_let_back_in_need_not_wait(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, MALLORY)
    await roster.ban(ROOM, MALLORY.identity)
    await roster.unban(ROOM, MALLORY.identity)
    await enter(roster, MALLORY)


# Admitting


async def test_a_host_admits(roster: Roster) -> None:
    await enter(roster, ALICE, locked=True)
    await enter(roster, CAROL, locked=True)
    change = await roster.admit(ROOM, "carol")
    assert emitted(change) == (3, ["w1", "w2"], None)
    assert change and change.record == CAROL


async def test_nobody_is_admitted_twice(roster: Roster) -> None:
    await enter(roster, CAROL, locked=True)
    assert await roster.admit(ROOM, "carol")
    assert await roster.admit(ROOM, "carol") is None
    assert await roster.admit(ROOM, "dave") is None


async def test_nobody_is_admitted_to_a_full_room(roster: Roster) -> None:
    await enter(roster, ALICE, locked=True, capacity=1)
    await enter(roster, CAROL, locked=True, capacity=1)
    with pytest.raises(Refusal, match="full"):
        await roster.admit(ROOM, "carol")


# The settings


async def test_seats_that_are_raised_in_the_meeting_count_for_who_is_admitted(roster: Roster) -> None:
    await enter(roster, ALICE, locked=True, capacity=1)
    await enter(roster, CAROL, locked=True, capacity=1)
    raised = rules(1, capacity=2, locked=True)
    change = await roster.configure(ROOM, raised)
    assert change and (change.record, change.settings, change.version) == (None, raised, 3)
    assert (await look(roster)).settings == raised
    assert await roster.admit(ROOM, "carol")


async def test_an_older_version_never_replaces_a_newer(roster: Roster) -> None:
    await enter(roster, ALICE)
    newer = rules(5, locked=True, capacity=3, policy="relay")
    assert await roster.configure(ROOM, newer)
    for older in (rules(), rules(4, capacity=50)):
        assert await roster.configure(ROOM, older) is None
    entered = await enter(roster, CAROL, capacity=50)
    assert entered.change.record and entered.change.record.state == "waiting"
    assert entered.snapshot.settings == newer


async def test_the_same_values_at_a_newer_version_are_no_change(roster: Roster) -> None:
    await enter(roster, ALICE)
    assert await roster.configure(ROOM, rules(7)) is None
    assert await roster.configure(ROOM, rules(6, locked=True)) is None


async def test_who_enters_brings_settings_of_which_the_room_has_not_heard(roster: Roster) -> None:
    await enter(roster, ALICE)
    record = msgspec.structs.replace(CAROL)
    entered = await roster.enter(ROOM, record, token="t", settings=rules(1, locked=True))
    assert entered.change.record and entered.change.record.state == "waiting"
    assert (entered.change.version, entered.snapshot.settings) == (3, rules(1, locked=True))


async def test_who_resumes_brings_settings_of_which_the_room_has_not_heard(roster: Roster) -> None:
    await enter(roster, ALICE)
    named = {"identity": ALICE.identity, "token": "alice-1", "fresh": "t", "worker": "w1"}
    resumed = await roster.resume(ROOM, "alice", **named, role="guest", name="", prefix="", settings=rules(1, policy="relay"))
    assert (resumed.change.version, resumed.snapshot.settings) == (3, rules(1, policy="relay"))


async def test_who_is_put_back_brings_the_settings_that_were_known(roster: Roster) -> None:
    await roster.restore(ROOM, ALICE, token="t", settings=rules(3))
    restored = await roster.restore(ROOM, BOB, token="t", settings=rules(4, locked=True))
    assert (restored.snapshot.settings, restored.change.version) == (rules(4, locked=True), 3)


# Leaving


async def test_leaving_is_announced_exactly_once(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, BOB)
    change = await roster.leave(ROOM, "bob", 1, "left")
    assert emitted(change) == (3, ["w1", "w2"], "left")
    assert change and change.record == BOB
    assert await roster.leave(ROOM, "bob", 1, "left") is None
    assert await roster.leave(ROOM, "bob", None, "removed") is None


async def test_an_older_generation_cannot_leave(roster: Roster) -> None:
    await enter(roster, ALICE)
    await resume(roster, ALICE, "alice-1", "alice-2")
    assert await roster.leave(ROOM, "alice", 1, "left") is None
    assert await roster.leave(ROOM, "alice", None, "removed")


async def test_nothing_is_live_when_the_last_one_left(roster: Roster) -> None:
    await enter(roster, ALICE)
    await roster.leave(ROOM, "alice", 1, "left")
    assert await roster.snapshot(ROOM) is None


async def test_an_empty_room_keeps_counting_for_a_while(roster: Roster) -> None:
    first = await enter(roster, ALICE, locked=True)
    await roster.leave(ROOM, "alice", 1, "left")
    again = await roster.enter(ROOM, BOB, token="t", settings=rules(1))
    assert (again.change.epoch, again.change.version) == (first.change.epoch, 3)
    assert not again.snapshot.settings.locked


async def test_ending_removes_everybody(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, BOB)
    changes = await roster.end(ROOM)
    assert [emitted(change) for change in changes] == [(3, ["w1", "w2"], "ended"), (4, ["w2"], "ended")]
    assert await roster.snapshot(ROOM) is None
    assert await roster.end(ROOM) == []


# Verdicts


@pytest.mark.parametrize("verdict", get_args(Verdict))
async def test_what_was_decided_about_somebody_is_remembered(roster: Roster, verdict: Verdict) -> None:
    await enter(roster, ALICE)
    await enter(roster, MALLORY)
    await roster.leave(ROOM, "mallory", None, verdict)
    assert (await look(roster)).verdicts == {"mallory": verdict}
    assert (await renew(roster, "mallory")).outcome == verdict
    with pytest.raises(Dismissed, match=verdict):
        await resume(roster, MALLORY, "mallory-1", "mallory-2")
    with pytest.raises(Dismissed, match=verdict):
        await roster.restore(ROOM, MALLORY, token="mallory-1", settings=rules())


async def test_a_meeting_that_was_ended_is_so_for_everybody(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, BOB)
    await roster.end(ROOM)
    assert [(await renew(roster, one.id)).outcome for one in (ALICE, BOB)] == ["ended", "ended"]


async def test_whoever_left_by_themself_has_no_verdict(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, BOB)
    await roster.leave(ROOM, "bob", 1, "left")
    assert ((await look(roster)).verdicts, (await renew(roster, "bob")).outcome) == ({}, "unknown")


# Bans


async def test_a_ban_removes_every_tab_of_the_person(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, MALLORY)
    await enter(roster, person("Mallory2", identity="guest:mallory"))
    changes = await roster.ban(ROOM, "guest:mallory")
    assert [change.record.id for change in changes if change.record] == ["mallory", "mallory2"]
    assert [(change.version, change.reason) for change in changes] == [(4, "removed"), (5, "removed")]
    assert (await look(roster)).people == [ALICE]


async def test_the_banned_may_not_come_back(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, MALLORY)
    await roster.ban(ROOM, "guest:mallory")
    with pytest.raises(Refusal, match="banned"):
        await enter(roster, MALLORY)
    with pytest.raises(Refusal, match="banned"):
        await roster.restore(ROOM, person("Mallory2", identity="guest:mallory"), token="t", settings=rules())


async def test_a_ban_outlives_the_last_participant_for_a_while(stage: Stage) -> None:
    await enter(stage.roster, MALLORY)
    assert len(await stage.roster.ban(ROOM, "guest:mallory")) == 1
    with pytest.raises(Refusal, match="banned"):
        await enter(stage.roster, MALLORY)


async def test_who_is_let_back_enters_the_meeting_that_goes_on(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, MALLORY)
    await roster.ban(ROOM, "guest:mallory")
    await roster.ban(ROOM, "guest:other")
    await roster.unban(ROOM, "guest:mallory")
    assert await roster.bans([ROOM, "elsewhere"]) == [(ROOM, "guest:other")]
    assert emitted((await enter(roster, MALLORY)).change) == (4, ["w1", "w3"], None)
    with pytest.raises(Refusal, match="banned"):
        await enter(roster, person("Other"))


async def test_letting_back_whom_nobody_keeps_out_changes_nothing(roster: Roster) -> None:
    await roster.unban(ROOM, "guest:mallory")
    assert await roster.snapshot(ROOM) is None
    before = (await enter(roster, ALICE)).snapshot
    await roster.unban(ROOM, "guest:mallory")
    assert await look(roster) == before


async def test_a_ban_may_come_before_the_room_is_live(roster: Roster) -> None:
    assert await roster.ban(ROOM, "guest:mallory") == []
    with pytest.raises(Refusal, match="banned"):
        await enter(roster, MALLORY)


# Resuming


async def test_a_lost_socket_is_resumed_on_another_worker(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, BOB)
    await roster.detach(ROOM, "bob", 1, 15)
    entered = await resume(roster, BOB, "bob-1", "bob-2", worker="w1")
    assert emitted(entered.change) == (4, ["w1", "w2"], None)
    record = entered.change.record
    assert record
    assert (record.link, record.generation, record.worker, record.name) == ("attached", 2, "w1", "Bob")
    assert entered.snapshot.people == [ALICE, record]


async def test_a_socket_that_looks_alive_is_taken_over(roster: Roster) -> None:
    await enter(roster, ALICE)
    entered = await resume(roster, ALICE, "alice-1", "alice-2", worker="w2")
    assert entered.change.workers == ["w1", "w2"]
    assert (await renew(roster, "alice", 1)).outcome == "fenced"
    assert await roster.detach(ROOM, "alice", 1, 15) is None
    assert await links(roster) == {"alice": "attached"}


async def test_role_and_name_are_taken_afresh(roster: Roster) -> None:
    await enter(roster, BOB)
    entered = await resume(roster, msgspec.structs.replace(BOB, role="host"), "bob-1", "bob-2", name="Robert")
    assert entered.change.record
    assert (entered.change.record.role, entered.change.record.name) == ("host", "Robert")


async def test_who_waits_still_waits_after_a_resume(roster: Roster) -> None:
    await enter(roster, CAROL, locked=True)
    entered = await resume(roster, CAROL, "carol-1", "carol-2")
    assert entered.change.record and entered.change.record.state == "waiting"


async def test_a_wrong_token_does_not_resume(roster: Roster) -> None:
    await enter(roster, ALICE)
    for token in ("", "alice", "alice-2"):
        with pytest.raises(Refusal, match="expired"):
            await resume(roster, ALICE, token, "x")
    with pytest.raises(Refusal, match="expired"):
        await resume(roster, BOB, "bob-1", "x")


async def test_the_token_before_stays_good_until_the_current_was_used(roster: Roster) -> None:
    await enter(roster, ALICE)
    await resume(roster, ALICE, "alice-1", "alice-2")
    await resume(roster, ALICE, "alice-1", "alice-3")  # the answer with alice-2 was lost
    with pytest.raises(Refusal, match="expired"):
        await resume(roster, ALICE, "alice-2", "x")
    entered = await resume(roster, ALICE, "alice-3", "alice-4")
    assert entered.change.record and entered.change.record.generation == 4
    with pytest.raises(Refusal, match="expired"):
        await resume(roster, ALICE, "alice-1", "x")


async def test_a_token_in_the_hands_of_another_identity_changes_nothing(roster: Roster) -> None:
    await enter(roster, ALICE)
    before = await look(roster)
    with pytest.raises(Refusal, match="expired"):
        await resume(roster, msgspec.structs.replace(ALICE, identity=MALLORY.identity), "alice-1", "mallory-1")
    assert await look(roster) == before
    await resume(roster, ALICE, "alice-1", "alice-2")


# Taking up a place that the store has lost


async def test_a_place_is_taken_up_in_a_store_that_has_lost_everything(roster: Roster) -> None:
    entered = await reclaim(roster, BOB, 3)
    record = entered.change.record
    assert record == msgspec.structs.replace(BOB, generation=4)
    assert entered.snapshot == await roster.snapshot(ROOM)
    assert (await renew(roster, "bob", 4)).outcome == "ok"
    await resume(roster, BOB, "bob-again", "bob-6")


async def test_the_others_have_a_place_until_they_are_back(roster: Roster) -> None:
    entered = await reclaim(roster, BOB, others=(ALICE, BOB, CAROL))
    assert [(record.id, record.link, record.generation) for record in entered.snapshot.people] == [
        ("alice", "detached", 0),
        ("bob", "attached", 2),
        ("carol", "detached", 0),
    ]
    assert (entered.change.version, entered.snapshot.version) == (4, 4)
    back = await reclaim(roster, ALICE, 5, others=(ALICE, BOB, CAROL))
    assert emitted(back.change) == (5, ["w1", "w2"], None)
    assert [record.id for record in back.snapshot.people] == ["alice", "bob", "carol"]


async def test_who_does_not_come_back_is_said_to_have_left_once(stage: Stage, roster: Roster) -> None:
    await reclaim(roster, BOB, others=(ALICE, BOB))
    for _ in range(6):
        stage.advance(4)
        await renew(roster, "bob", 2)
        assert await roster.reap(ROOM) == []
    stage.advance(4)
    await renew(roster, "bob", 2)
    [change] = await roster.reap(ROOM)
    assert change.record and (change.record.id, change.reason) == ("alice", "timeout")
    await reclaim(roster, CAROL, others=(ALICE, BOB, CAROL))
    assert await links(roster) == {"bob": "attached", "carol": "attached"}


async def test_a_newcomer_learns_of_those_whose_places_are_kept(roster: Roster) -> None:
    before = await enter(roster, CAROL)
    entered = await reclaim(roster, BOB, others=(ALICE, BOB))
    assert entered.change.version > before.change.version + 1
    assert list(await links(roster)) == ["carol", "alice", "bob"]


async def test_a_place_that_is_kept_counts(roster: Roster) -> None:
    await reclaim(roster, BOB, others=(ALICE, BOB))
    with pytest.raises(Refusal, match="full"):
        await enter(roster, CAROL, capacity=2)
    await reclaim(roster, MALLORY)


async def test_a_token_does_not_bring_back_who_is_gone(roster: Roster) -> None:
    entered = await enter(roster, ALICE)
    await enter(roster, BOB)
    for record in (BOB, ALICE):
        await roster.leave(ROOM, record.id, 1, "left")
        before = await roster.snapshot(ROOM)
        with pytest.raises(Refusal, match="expired"):
            await roster.reclaim(
                ROOM,
                record,
                epoch=entered.snapshot.epoch,
                token=f"{record.id}-1",
                fresh="x",
                others=[ALICE, BOB],
                settings=rules(),
            )
        assert await roster.snapshot(ROOM) == before


async def test_an_older_token_takes_nobodys_place(roster: Roster) -> None:
    await reclaim(roster, BOB, 5, token="bob-5")
    before = await look(roster)
    with pytest.raises(Refusal, match="expired"):
        await reclaim(roster, BOB, 4, token="bob-4")
    assert await look(roster) == before


async def test_an_older_token_that_comes_first_is_replaced_by_the_newer(roster: Roster) -> None:
    await reclaim(roster, msgspec.structs.replace(BOB, worker="w1"), 4, token="bob-4")
    entered = await reclaim(roster, BOB, 5, token="bob-5")
    assert entered.change.record and entered.change.record.generation == 6
    assert entered.change.workers == ["w1", "w2"]
    assert (await renew(roster, "bob", 5)).outcome == "fenced"
    with pytest.raises(Refusal, match="expired"):
        await reclaim(roster, BOB, 4, token="bob-4")


async def test_a_place_is_taken_up_twice_by_one_token_as_at_any_resume(roster: Roster) -> None:
    await reclaim(roster, BOB, 5, token="bob-5", fresh="bob-6")
    entered = await reclaim(roster, BOB, 5, token="bob-5", fresh="bob-7")
    assert entered.change.record and entered.change.record.generation == 7
    await resume(roster, BOB, "bob-7", "bob-8")


async def test_who_was_taken_out_does_not_take_up_a_place(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, MALLORY)
    await roster.ban(ROOM, BOB.identity)
    await roster.leave(ROOM, "mallory", 1, "removed")
    with pytest.raises(Dismissed, match="removed"):
        await reclaim(roster, MALLORY)
    with pytest.raises(Refusal, match="banned"):
        await reclaim(roster, BOB)
    entered = await reclaim(roster, CAROL, others=(BOB, CAROL, MALLORY))
    assert [record.id for record in entered.snapshot.people] == ["alice", "carol"]


async def test_whose_place_is_kept_is_put_back_by_a_worker_that_still_has_them(roster: Roster) -> None:
    await reclaim(roster, BOB, others=(ALICE, BOB))
    await roster.restore(ROOM, ALICE, token="alice-1", settings=rules())
    assert await links(roster) == {"alice": "attached", "bob": "attached"}
    await resume(roster, ALICE, "alice-1", "alice-2")


# Updating


async def test_a_name_and_a_role_change(roster: Roster) -> None:
    await enter(roster, BOB)
    change = await roster.update(ROOM, "bob", name="Robert", role="host")
    assert emitted(change) == (2, ["w2"], None)
    assert change and change.record == person("Robert", role="host", worker="w2", id="bob", identity="guest:bob")


async def test_an_update_that_changes_nothing_is_no_change(roster: Roster) -> None:
    await enter(roster, BOB)
    assert await roster.update(ROOM, "bob", name="Bob", role="member") is None
    assert await roster.update(ROOM, "bob") is None
    assert await roster.update(ROOM, "dave", name="Dave") is None


# Hands


async def hands(roster: Roster) -> list[str]:
    """Who has raised a hand, in order."""
    raised = [record for record in (await look(roster)).people if record.hand]
    return [record.id for record in sorted(raised, key=lambda record: record.hand)]


async def raise_hands(roster: Roster, *people: Record) -> None:
    for record in people:
        assert await roster.hand(ROOM, record.id, raised=True)


async def test_hands_are_in_the_order_in_which_the_store_learned_of_them(roster: Roster) -> None:
    for record in (ALICE, BOB, CAROL):
        await enter(roster, record)
    await raise_hands(roster, CAROL, ALICE, BOB)
    assert await hands(roster) == ["carol", "alice", "bob"]
    lowered = await roster.hand(ROOM, "carol", raised=False)
    assert lowered and lowered.record == CAROL
    await raise_hands(roster, CAROL)
    assert await hands(roster) == ["alice", "bob", "carol"]


async def test_a_hand_is_raised_once(roster: Roster) -> None:
    await enter(roster, ALICE)
    raised = await roster.hand(ROOM, "alice", raised=True)
    assert emitted(raised) == (2, ["w1"], None)
    assert await roster.hand(ROOM, "alice", raised=True) is None
    assert await roster.hand(ROOM, "bob", raised=True) is None
    assert await roster.hand("2", "alice", raised=True) is None
    assert await roster.hand(ROOM, "alice", raised=False)
    assert await roster.hand(ROOM, "alice", raised=False) is None
    assert (await look(roster)).version == 3


async def test_who_waits_has_no_hand(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, CAROL, locked=True)
    assert await roster.hand(ROOM, "carol", raised=True) is None
    await roster.admit(ROOM, "carol")
    assert await roster.hand(ROOM, "carol", raised=True)


async def test_all_hands_are_lowered(roster: Roster) -> None:
    for record in (ALICE, BOB, CAROL):
        await enter(roster, record)
    await raise_hands(roster, CAROL, BOB)
    assert [emitted(change) for change in await roster.lower_hands(ROOM)] == [(6, ["w1", "w2"], None), (7, ["w1", "w2"], None)]
    assert await hands(roster) == []
    assert await roster.lower_hands(ROOM) == []
    assert await roster.lower_hands("2") == []


async def test_a_hand_stays_raised_while_its_owner_reloads_and_goes_with_them(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, BOB)
    await raise_hands(roster, BOB, ALICE)
    await roster.detach(ROOM, "bob", 1, 15)
    await resume(roster, BOB, "bob-1", "bob-2")
    assert await hands(roster) == ["bob", "alice"]
    await roster.leave(ROOM, "bob", None, "left")
    assert await hands(roster) == ["alice"]


async def test_hands_keep_their_order_when_the_store_has_lost_them_and_new_ones_come_behind(roster: Roster) -> None:
    later = 2_000_000
    for record, hand in ((CAROL, later), (BOB, 0), (ALICE, later - 1)):
        await roster.restore(ROOM, msgspec.structs.replace(record, hand=hand), token="t", settings=rules())
    await raise_hands(roster, BOB)
    assert await hands(roster) == ["alice", "carol", "bob"]


async def test_a_hand_stays_raised_when_a_place_is_taken_up_once_more(roster: Roster) -> None:
    await reclaim(roster, BOB)
    await raise_hands(roster, BOB)
    await reclaim(roster, BOB, 2)
    assert await hands(roster) == ["bob"]


# Restrictions


async def restrictions(roster: Roster) -> dict[str, dict[str, Restriction]]:
    return {record.id: record.restrictions for record in (await look(roster)).people if record.restrictions}


async def meet(roster: Roster) -> None:
    for record in (ALICE, BOB, CAROL):
        await enter(roster, record)


async def test_people_are_kept_from_a_use_and_freed(roster: Roster) -> None:
    await meet(roster)
    changes = await roster.restrict(ROOM, ["carol", "bob", "nobody"], "microphone", "stopped")
    assert [emitted(change) for change in changes] == [(4, ["w1", "w2"], None), (5, ["w1", "w2"], None)]
    await roster.restrict(ROOM, ["bob"], "chat", "forbidden")
    assert await restrictions(roster) == {
        "bob": {"microphone": "stopped", "chat": "forbidden"},
        "carol": {"microphone": "stopped"},
    }
    [change] = await roster.free(ROOM, ["bob"], "microphone", forbidden=True)
    assert change.record and change.record.restrictions == {"chat": "forbidden"}
    await roster.free(ROOM, ["alice", "bob", "carol"], "chat", forbidden=True)
    await roster.free(ROOM, ["carol"], "microphone", forbidden=False)
    assert (await look(roster)).people == [ALICE, BOB, CAROL]


async def test_what_is_so_already_is_no_change(roster: Roster) -> None:
    await meet(roster)
    assert await roster.free(ROOM, ["bob"], "camera", forbidden=True) == []
    for _ in range(2):
        await roster.restrict(ROOM, ["bob"], "camera", "stopped")
    assert await roster.restrict("2", ["bob"], "camera", "stopped") == []
    assert await roster.free("2", ["bob"], "camera", forbidden=True) == []
    assert (await look(roster)).version == 4


async def test_what_is_forbidden_stays_so(roster: Roster) -> None:
    await meet(roster)
    await roster.restrict(ROOM, ["bob"], "screen", "stopped")
    assert await roster.restrict(ROOM, ["bob"], "screen", "forbidden")
    assert await roster.restrict(ROOM, ["bob"], "screen", "stopped") == []
    assert await roster.free(ROOM, ["bob"], "screen", forbidden=False) == []
    assert await restrictions(roster) == {"bob": {"screen": "forbidden"}}
    assert await roster.free(ROOM, ["bob"], "screen", forbidden=True)


async def test_who_waits_is_not_restricted(roster: Roster) -> None:
    await enter(roster, ALICE)
    await enter(roster, CAROL, locked=True)
    assert await roster.restrict(ROOM, ["carol"], "camera", "forbidden") == []


async def test_restrictions_hold_while_somebody_reloads(roster: Roster) -> None:
    await meet(roster)
    await roster.restrict(ROOM, ["bob"], "microphone", "forbidden")
    await roster.detach(ROOM, "bob", 1, 15)
    await resume(roster, BOB, "bob-1", "bob-2")
    assert await restrictions(roster) == {"bob": {"microphone": "forbidden"}}
    assert await roster.restrict(ROOM, ["bob"], "camera", "stopped")


async def test_restrictions_hold_when_the_store_has_lost_them(roster: Roster) -> None:
    kept = msgspec.structs.replace(BOB, restrictions={"microphone": "forbidden", "dance": "stopped"})
    await roster.restore(ROOM, kept, token="t", settings=rules())
    assert await restrictions(roster) == {"bob": {"microphone": "forbidden", "dance": "stopped"}}
    later = msgspec.structs.replace(CAROL, restrictions={"camera": "stopped"})
    await reclaim(roster, later, others=(kept,))
    assert (await restrictions(roster))["carol"] == {"camera": "stopped"}


async def test_a_place_that_is_taken_up_once_more_has_the_restrictions_of_the_store(roster: Roster) -> None:
    await reclaim(roster, BOB)
    await roster.restrict(ROOM, ["bob"], "camera", "forbidden")
    await reclaim(roster, BOB, 2)
    assert await restrictions(roster) == {"bob": {"camera": "forbidden"}}


async def test_a_new_host_is_not_restricted(roster: Roster) -> None:
    await meet(roster)
    await roster.restrict(ROOM, ["bob", "carol"], "camera", "forbidden")
    await roster.update(ROOM, "carol", role="member")
    await roster.update(ROOM, "bob", role="host")
    assert await restrictions(roster) == {"carol": {"camera": "forbidden"}}
    await resume(roster, msgspec.structs.replace(CAROL, role="host"), "carol-1", "carol-2")
    assert await restrictions(roster) == {}


async def test_what_is_forbidden_to_somebody_is_so_when_they_come_back_as_another_participant(stage: Stage) -> None:
    roster = stage.roster
    await meet(roster)
    await roster.restrict(ROOM, ["carol"], "microphone", "stopped")
    await roster.restrict(ROOM, ["carol"], "camera", "forbidden")
    await roster.leave(ROOM, "carol", None, "left")
    stage.advance(1_700)
    entered = await enter(roster, msgspec.structs.replace(CAROL, id="carol2"))
    assert entered.change.record and entered.change.record.restrictions == {"camera": "forbidden"}
    assert await roster.free(ROOM, ["carol2"], "camera", forbidden=True)
    await roster.leave(ROOM, "carol2", None, "left")
    await enter(roster, msgspec.structs.replace(CAROL, id="carol3"))
    assert await restrictions(roster) == {}


async def test_what_is_forbidden_to_somebody_is_so_in_another_tab_of_theirs_and_to_nobody_else(roster: Roster) -> None:
    await meet(roster)
    await roster.restrict(ROOM, ["carol"], "camera", "forbidden")
    for record in (CAROL, MALLORY):
        await enter(roster, msgspec.structs.replace(record, id=f"{record.id}-again"))
    assert await restrictions(roster) == {"carol": {"camera": "forbidden"}, "carol-again": {"camera": "forbidden"}}
    await enter(roster, msgspec.structs.replace(CAROL, role="host", id="carol-hosts"))
    assert "carol-hosts" not in await restrictions(roster)


async def test_the_owner_restricts_a_host_until_they_are_freed(roster: Roster) -> None:
    await enter(roster, msgspec.structs.replace(BOB, role="host"))
    await roster.restrict(ROOM, ["bob"], "microphone", "forbidden")
    await resume(roster, msgspec.structs.replace(BOB, role="host"), "bob-1", "bob-2")
    await roster.update(ROOM, "bob", name="Bobby", role="host")
    assert await restrictions(roster) == {"bob": {"microphone": "forbidden"}}


# Leases


async def test_a_lost_socket_is_detached_then_gone(stage: Stage) -> None:
    await enter(stage.roster, ALICE)
    await enter(stage.roster, BOB)
    change = await stage.roster.detach(ROOM, "bob", 1, 5)
    assert emitted(change) == (3, ["w1", "w2"], None)
    assert change and change.record and change.record.link == "detached"
    stage.advance(4.999)
    assert await stage.roster.reap(ROOM) == []
    stage.advance(0.001)
    [gone] = await stage.roster.reap(ROOM)
    assert emitted(gone) == (4, ["w1", "w2"], "timeout")


async def test_a_detached_socket_cannot_detach_again(roster: Roster) -> None:
    await enter(roster, ALICE)
    assert await roster.detach(ROOM, "alice", 1, 5)
    assert await roster.detach(ROOM, "alice", 1, 5) is None
    assert await roster.detach(ROOM, "dave", 1, 5) is None


async def test_renewing_keeps_the_lease(stage: Stage) -> None:
    await enter(stage.roster, ALICE)
    for _ in range(10):
        stage.advance(11)
        assert (await renew(stage.roster, "alice")).outcome == "ok"
        assert await stage.roster.reap(ROOM) == []
    assert (await look(stage.roster)).version == 1


async def test_a_dead_workers_people_are_detached_then_gone(stage: Stage) -> None:
    await enter(stage.roster, ALICE)
    await enter(stage.roster, BOB)
    stage.advance(8)
    await renew(stage.roster, "alice")
    stage.advance(4)
    [detached] = await stage.roster.reap(ROOM)
    assert emitted(detached) == (3, ["w1", "w2"], None)
    assert detached.record and (detached.record.link, detached.record.generation) == ("detached", 1)
    assert await stage.roster.reap(ROOM) == []
    stage.advance(7)
    await renew(stage.roster, "alice")
    stage.advance(8)
    [gone] = await stage.roster.reap(ROOM)
    assert gone.record and (gone.record.id, gone.reason) == ("bob", "timeout")
    assert await links(stage.roster) == {"alice": "attached"}


async def test_a_stalled_worker_takes_its_people_up_again(stage: Stage) -> None:
    await enter(stage.roster, ALICE)
    stage.advance(12)
    await stage.roster.reap(ROOM)
    renewal = await renew(stage.roster, "alice")
    assert (renewal.outcome, renewal.version) == ("ok", 3)
    assert await links(stage.roster) == {"alice": "attached"}
    stage.advance(11)
    assert await stage.roster.reap(ROOM) == []


async def test_a_late_renewal_does_not_bring_a_closed_socket_back(stage: Stage) -> None:
    await enter(stage.roster, ALICE)
    await stage.roster.detach(ROOM, "alice", 1, 15)
    assert (await renew(stage.roster, "alice")).outcome == "fenced"
    assert await links(stage.roster) == {"alice": "detached"}


async def test_a_socket_that_closes_after_its_lease_lapsed_is_not_taken_up_again(stage: Stage) -> None:
    await enter(stage.roster, ALICE)
    stage.advance(12)
    await stage.roster.reap(ROOM)
    assert await stage.roster.detach(ROOM, "alice", 1, 5) is None
    assert (await renew(stage.roster, "alice")).outcome == "fenced"
    stage.advance(5)
    [gone] = await stage.roster.reap(ROOM)
    assert gone.reason == "timeout"


async def test_renewals_answer_in_order_over_many_rooms(roster: Roster) -> None:
    await enter(roster, ALICE, room="1")
    await enter(roster, BOB, room="2")
    leases = [
        Lease(room="2", id="bob", generation=1),
        Lease(room="1", id="alice", generation=2),
        Lease(room="3", id="carol", generation=1),
        Lease(room="1", id="alice", generation=1),
        Lease(room="1", id="alice", generation=0),
    ]
    renewals = await roster.renew(leases)
    assert [renewal.lease for renewal in renewals] == leases
    assert [renewal.outcome for renewal in renewals] == ["ok", "unknown", "unknown", "ok", "fenced"]
    assert [renewal.version for renewal in renewals] == [1, 1, 0, 1, 1]
    assert renewals[2].epoch is None
    assert await roster.renew([]) == []


async def test_who_is_gone_from_a_known_room_is_told_from_a_lost_room(roster: Roster) -> None:
    entered = await enter(roster, ALICE)
    await roster.leave(ROOM, "alice", 1, "left")
    renewal = await renew(roster, "alice")
    assert (renewal.outcome, renewal.epoch) == ("unknown", entered.change.epoch)


async def test_reaping_an_unknown_room_does_nothing(roster: Roster) -> None:
    assert await roster.reap("nowhere") == []


async def test_a_room_that_went_back_in_time_gets_a_new_epoch(roster: Roster) -> None:
    entered = await enter(roster, ALICE)
    epoch = entered.change.epoch
    [as_known] = await roster.renew([Lease(room=ROOM, id="alice", generation=1, epoch=epoch, version=1)])
    assert as_known.epoch == epoch
    later = Lease(room=ROOM, id="alice", generation=1, epoch=epoch, version=2)
    [behind, gone] = await roster.renew([later, Lease(room=ROOM, id="bob", generation=1, epoch=epoch, version=2)])
    assert (behind.outcome, gone.outcome) == ("ok", "unknown")
    assert behind.epoch == gone.epoch not in {None, epoch}
    assert behind.version == 1
    [again] = await roster.renew([later])
    assert again.epoch == behind.epoch


async def test_a_lease_of_another_epoch_changes_nothing(roster: Roster) -> None:
    entered = await enter(roster, ALICE)
    [renewal] = await roster.renew([Lease(room=ROOM, id="alice", generation=1, epoch="other", version=9)])
    assert (renewal.outcome, renewal.epoch) == ("ok", entered.change.epoch)


# Restoring


async def test_a_live_participant_is_put_back(roster: Roster) -> None:
    record = person("Carol", worker="w2")
    restored = await roster.restore(ROOM, record, token="carol-7", settings=rules(locked=True))
    assert restored.change.record == record
    assert restored.snapshot.settings.locked
    assert (await renew(roster, "carol")).outcome == "ok"
    resumed = await resume(roster, CAROL, "carol-7", "carol-8")
    assert resumed.change.version == 2


async def test_restoring_is_idempotent(roster: Roster) -> None:
    first = await roster.restore(ROOM, ALICE, token="alice-1", settings=rules())
    assert await roster.restore(ROOM, ALICE, token="alice-1", settings=rules()) == first


async def test_the_latest_generation_wins_a_restore(roster: Roster) -> None:
    await roster.restore(ROOM, BOB, token="bob-1", settings=rules())
    later = Record(id="bob", name="Bob", role="member", identity="guest:bob", worker="w3", generation=2)
    restored = await roster.restore(ROOM, later, token="bob-2", settings=rules())
    assert restored.snapshot.people == [later]
    assert restored.change.workers == ["w2", "w3"]
    with pytest.raises(Refusal, match="expired"):
        await roster.restore(ROOM, BOB, token="bob-1", settings=rules())


async def test_who_was_let_in_is_put_back_inside(roster: Roster) -> None:
    waiting = Record(id="wanda", name="Wanda", role="guest", identity="guest:wanda", worker="w1", state="waiting")
    await roster.restore(ROOM, waiting, token="wanda-1", settings=rules(locked=True))
    inside = msgspec.structs.replace(waiting, state="present")
    restored = await roster.restore(ROOM, inside, token="wanda-1", settings=rules(locked=True))
    assert (restored.change.version, restored.snapshot.people) == (2, [inside])
    for late in (waiting, inside):
        assert await roster.restore(ROOM, late, token="wanda-1", settings=rules(locked=True)) == restored


async def test_a_restored_room_does_not_count_its_seats(roster: Roster) -> None:
    await enter(roster, ALICE, capacity=1)
    restored = await roster.restore(ROOM, BOB, token="bob-1", settings=rules())
    assert len(restored.snapshot.people) == 2
