"""What only the Redis roster has: keys, scripts that may be forgotten, a store that may not answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis

from signaling.roster import redis as module
from signaling.roster.base import Lease, Record, Refusal, Roster, Unreachable
from signaling.roster.redis import RedisRoster
from tests.redis_server import RedisServer, free_port, running_redis
from tests.signaling.roster.stage import RedisStage, person, rules

ALICE = person("Alice")
MALLORY = person("Mallory")


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[RedisStage]:
    made = RedisStage(redis_url)
    yield made
    await made.roster.close()
    made.close()


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with running_redis() as running:
        yield running


@pytest.fixture
async def roster(server: RedisServer) -> AsyncIterator[RedisRoster]:
    made = RedisRoster(server.url, timeout_seconds=2)
    yield made
    await made.close()


async def enter(roster: Roster, record: Record = ALICE, *, room: str = "1", capacity: int = 8) -> None:
    await roster.enter(room, record, token=f"{record.id}-1", settings=rules(capacity=capacity))


# Keys


async def test_the_keys_of_a_room_share_a_hash_tag(stage: RedisStage) -> None:
    await enter(stage.roster)
    await enter(stage.roster, MALLORY)
    await stage.roster.ban("1", "guest:mallory")
    tag = f"{stage.prefix}:{{1}}"
    assert [key for key in stage.names() if "{" in key] == [
        f"{tag}:{name}" for name in ("banned", "deadlines", "people", "room", "verdicts")
    ]


async def test_nothing_of_a_room_is_left_for_good(stage: RedisStage) -> None:
    await enter(stage.roster)
    await stage.roster.ban("1", "guest:mallory")
    assert {stage.client.ttl(key) for key in stage.names()} == {-1}
    await stage.roster.leave("1", "alice", 1, "left")
    lingering = [key for key in stage.names() if "{" in key]
    assert lingering == [f"{stage.prefix}:{{1}}:banned", f"{stage.prefix}:{{1}}:room"]
    assert all(0 < stage.client.ttl(key) <= 120 for key in lingering)


async def test_visits_are_forgotten_by_themselves(stage: RedisStage) -> None:
    await enter(stage.roster)
    await enter(stage.roster, MALLORY)
    await stage.roster.leave("1", "mallory", 1, "removed")
    assert sorted(stage.visits()) == [f"{stage.prefix}:{{1}}:visits:guest:{name}" for name in ("alice", "mallory")]
    assert all(0 < stage.client.ttl(key) <= 1800 for key in stage.visits())


async def test_what_lingers_is_kept_by_the_next_to_enter(stage: RedisStage) -> None:
    await enter(stage.roster)
    await stage.roster.ban("1", "guest:mallory")
    await stage.roster.leave("1", "alice", 1, "left")
    await enter(stage.roster)
    assert {stage.client.ttl(key) for key in stage.names()} == {-1}


async def test_verdicts_are_not_kept_for_good_while_the_meeting_goes_on(stage: RedisStage) -> None:
    await enter(stage.roster)
    await enter(stage.roster, MALLORY)
    await stage.roster.leave("1", "mallory", None, "removed")
    assert 0 < stage.client.ttl(f"{stage.prefix}:{{1}}:verdicts") <= 120


async def test_a_ban_before_the_room_is_live_goes_away(stage: RedisStage) -> None:
    await stage.roster.ban("1", "guest:mallory")
    assert 0 < stage.client.ttl(f"{stage.prefix}:{{1}}:banned") <= 120


async def test_an_empty_room_is_forgotten(redis_url: str) -> None:
    stage = RedisStage(redis_url, linger_seconds=0.02)
    await enter(stage.roster)
    await stage.roster.ban("1", "guest:alice")
    await stage.roster.reap("1")
    stage.advance(5)
    await stage.roster.reap("1")
    deadline = time.monotonic() + 60
    while stage.names():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    await stage.roster.close()
    stage.close()


async def test_an_empty_room_is_unlisted_by_its_reaper(stage: RedisStage) -> None:
    await enter(stage.roster)
    await stage.roster.end("1")
    await stage.roster.reap("1")
    assert await stage.roster.rooms() == ["1"]  # somebody may be about to enter
    stage.advance(5)
    assert await stage.roster.reap("1") == []
    assert await stage.roster.rooms() == []


async def test_a_live_room_stays_listed(stage: RedisStage) -> None:
    await enter(stage.roster)
    stage.advance(11)
    await stage.roster.reap("1")
    assert await stage.roster.rooms() == ["1"]


async def test_a_hundred_rooms_are_listed(stage: RedisStage) -> None:
    rooms = [str(number) for number in range(100)]
    await asyncio.gather(*(enter(stage.roster, room=room) for room in rooms))
    assert sorted(await stage.roster.rooms()) == sorted(rooms)


async def test_the_store_holds_what_it_was_given_for_a_token(stage: RedisStage) -> None:
    await stage.roster.enter("1", ALICE, token="f00d", settings=rules())
    assert '"token":"f00d"' in stage.client.hgetall(f"{stage.prefix}:{{1}}:people")["alice"]


# Scripts


async def test_a_lock_that_a_worker_of_the_release_before_sets_counts(redis_url: str) -> None:
    stage = RedisStage(redis_url)
    await stage.roster.enter("1", ALICE, token="t", settings=rules(5))
    stage.client.hset(f"{stage.prefix}:{{1}}:room", "locked", "1")
    entered = await stage.roster.enter("1", person("Carol"), token="t", settings=rules(4))
    assert entered.change.record and entered.change.record.state == "waiting"
    assert entered.snapshot.settings == rules(5, locked=True)
    assert await stage.roster.configure("1", rules(5))
    await stage.roster.close()
    stage.close()


async def test_a_room_that_a_worker_of_the_release_before_opened_gets_settings_from_who_enters(redis_url: str) -> None:
    stage = RedisStage(redis_url)
    await stage.roster.enter("1", ALICE, token="t", settings=rules(locked=True))
    stage.client.hdel(f"{stage.prefix}:{{1}}:room", "settings")
    snapshot = await stage.roster.snapshot("1")
    assert snapshot and (snapshot.settings.version, snapshot.settings.locked) == (-1, True)
    assert await stage.roster.admit("1", "alice")
    entered = await stage.roster.enter("1", person("Bob"), token="t", settings=rules(1, capacity=2))
    assert entered.snapshot.settings == rules(1, capacity=2)
    await stage.roster.close()
    stage.close()


async def test_a_participant_whom_a_worker_of_the_release_before_wrote_is_restricted_as_others(stage: RedisStage) -> None:
    await enter(stage.roster)
    people = f"{stage.prefix}:{{1}}:people"
    seat = json.loads(stage.client.hget(people, "alice") or "")
    stage.client.hset(people, "alice", json.dumps({key: value for key, value in seat.items() if key != "restrictions"}))
    assert await stage.roster.free("1", ["alice"], "camera", forbidden=True) == []
    [change] = await stage.roster.restrict("1", ["alice"], "camera", "forbidden")
    assert change.record and change.record.restrictions == {"camera": "forbidden"}
    await stage.roster.leave("1", "alice", None, "left")
    await enter(stage.roster)
    snapshot = await stage.roster.snapshot("1")
    assert snapshot and snapshot.people[0].restrictions == {"camera": "forbidden"}


def test_every_operation_has_a_script() -> None:
    scripts = {path.stem for path in Path(module.__file__).with_name("lua").glob("*.lua")}
    operations = (
        "enter resume reclaim restore detach leave admit deny release note update hand lower_hands divide move gather help "
        "restrict configure ban unban bans end renew reap snapshot occupied"
    )
    assert scripts == {*operations.split(), "preamble", "list", "unlist"}


async def test_forgotten_scripts_are_loaded_again(stage: RedisStage) -> None:
    await enter(stage.roster)
    stage.client.script_flush()
    await enter(stage.roster, person("Bob"))
    stage.client.script_flush()
    leases = [Lease(room=room, id="alice", generation=1) for room in ("1", "2", "3")]
    assert [renewal.outcome for renewal in await stage.roster.renew(leases)] == ["ok", "unknown", "unknown"]


async def test_time_is_the_stores_own(redis_url: str) -> None:
    roster = RedisRoster(redis_url, prefix="time", lease_seconds=0.05, grace_seconds=0.05)
    await enter(roster)
    reasons: list[str | None] = []
    deadline = time.monotonic() + 60
    while len(reasons) < 2:
        assert time.monotonic() < deadline
        reasons += [change.reason for change in await roster.reap("1")]
        await asyncio.sleep(0.01)
    assert reasons == [None, "timeout"]
    await roster.close()


# Many at once


async def test_a_room_never_takes_more_than_its_capacity(redis_url: str) -> None:
    rosters = [RedisRoster(redis_url, prefix="race") for _ in range(3)]
    crowd = [person(f"Guest{number}") for number in range(40)]
    entering = (enter(rosters[number % 3], guest, capacity=8) for number, guest in enumerate(crowd))
    outcomes = await asyncio.gather(*entering, return_exceptions=True)
    assert sorted(str(outcome) for outcome in outcomes) == ["None"] * 8 + ["full"] * 32
    snapshot = await rosters[0].snapshot("1")
    assert snapshot and snapshot.version == len(snapshot.people) == 8

    leaving = (roster.leave("1", record.id, None, "left") for record in snapshot.people for roster in rosters)
    changes = [change for change in await asyncio.gather(*leaving) if change]
    assert sorted(change.version for change in changes) == list(range(9, 17))
    for roster in rosters:
        await roster.close()


async def test_more_at_once_than_connections_wait_their_turn(redis_url: str) -> None:
    roster = RedisRoster(redis_url, prefix="crowd", max_connections=4)
    await asyncio.gather(*(enter(roster, room=str(number)) for number in range(300)))
    assert len(await roster.rooms()) == 300
    await roster.close()


async def test_a_worker_renews_a_hundred_leases_at_once(stage: RedisStage) -> None:
    leases = [Lease(room=str(number % 25), id=f"p{number}", generation=1) for number in range(100)]
    for lease in leases:
        await enter(stage.roster, person(lease.id), room=lease.room)
    renewals = await stage.roster.renew(leases)
    assert [renewal.lease for renewal in renewals] == leases
    assert {renewal.outcome for renewal in renewals} == {"ok"}
    assert {renewal.version for renewal in renewals} == {4}


# A store that does not answer


async def test_nothing_listens() -> None:
    roster = RedisRoster(f"redis://127.0.0.1:{free_port()}/0", timeout_seconds=2)
    lease = Lease(room="1", id="alice", generation=1)
    for operation in (enter(roster), roster.rooms(), roster.renew([lease]), roster.reap("1"), roster.snapshot("1")):
        with pytest.raises(Unreachable):
            await operation
    await roster.close()


async def test_a_restarted_store_is_used_again(server: RedisServer, roster: RedisRoster) -> None:
    await enter(roster)
    before = await roster.snapshot("1")
    server.kill()
    with pytest.raises(Unreachable):
        await roster.snapshot("1")
    server.start()
    assert await roster.snapshot("1") is None
    [renewal] = await roster.renew([Lease(room="1", id="alice", generation=1)])
    assert (renewal.outcome, renewal.epoch) == ("unknown", None)
    restored = await roster.restore("1", ALICE, token="alice-1", settings=rules())
    assert before and restored.change.epoch != before.epoch
    assert await roster.rooms() == ["1"]


async def test_a_store_that_was_started_anew_may_have_an_older_state(server: RedisServer, roster: RedisRoster) -> None:
    """Also when its version is not behind: others may have raised it since."""
    await enter(roster)
    before = await roster.snapshot("1")
    assert before
    server.command("SAVE")
    server.kill()
    server.start()
    lease = Lease(room="1", id="alice", generation=1, epoch=before.epoch, version=before.version)
    epochs = []
    for _ in range(3):
        [renewal] = await roster.renew([lease])
        assert renewal.outcome == "ok"
        epochs.append(renewal.epoch)
    assert before.epoch not in epochs and len(set(epochs)) == 1


async def test_nobody_is_absent_from_a_room_of_another_run(stage: RedisStage) -> None:
    await enter(stage.roster)
    await stage.roster.detach("1", "alice", 1, 15)
    before = await stage.roster.snapshot("1")
    stage.client.hset(f"{stage.prefix}:{{1}}:room", "run", "before")
    stage.advance(16)
    assert await stage.roster.reap("1") == []
    after = await stage.roster.snapshot("1")
    assert before and after and (after.people, after.epoch != before.epoch) == (before.people, True)
    stage.advance(11)
    assert await stage.roster.reap("1") == []
    stage.advance(1)
    assert [change.reason for change in await stage.roster.reap("1")] == ["timeout"]


async def test_a_store_that_does_not_say_which_run_it_is_works_too(server: RedisServer, roster: RedisRoster) -> None:
    server.command("ACL", "SETUSER", "default", "-info")
    await enter(roster)
    before = await roster.snapshot("1")
    [renewal] = await roster.renew([Lease(room="1", id="alice", generation=1)])
    assert before and (renewal.outcome, renewal.epoch) == ("ok", before.epoch)


async def test_a_quick_restart_is_not_noticed(server: RedisServer, roster: RedisRoster) -> None:
    await enter(roster)
    server.kill()
    server.start()
    await enter(roster)
    with pytest.raises(Refusal, match="expired"):
        await roster.resume(
            "1",
            "alice",
            identity="guest:alice",
            token="forged",
            fresh="x",
            worker="w",
            role="guest",
            name="",
            prefix="",
            settings=rules(),
        )


async def test_a_frozen_store_is_given_up_in_time(server: RedisServer, roster: RedisRoster) -> None:
    await enter(roster)
    server.freeze()
    started_at = time.monotonic()
    with pytest.raises(Unreachable):
        await roster.snapshot("1")
    assert time.monotonic() - started_at < 60
    server.thaw()
    snapshot = await roster.snapshot("1")
    assert snapshot and snapshot.people == [ALICE]


async def test_a_store_that_refuses_to_write_is_unreachable(server: RedisServer, roster: RedisRoster) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", "1")
        with pytest.raises(Unreachable):
            await enter(roster)
        client.config_set("maxmemory", "0")
    await enter(roster)
