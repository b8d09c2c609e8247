"""Digests of workers, in memory and in Redis: one read gives all that are current, by the store's clock."""

from __future__ import annotations

from typing import Any

from signaling.digest import Digest, Sums, Tally
from signaling.protocol.messages import Pair, Report
from signaling.roster.base import Roster
from signaling.roster.digests import DIGEST_SECONDS
from tests.signaling.roster.stage import MemoryStage, RedisStage

ALICE = Report(connected=2, relayed=1, unreached=[], silent=["carol-carol-carol"])
DAVE = Report(
    connected=2,
    relayed=1,
    unreached=[],
    silent=[],
    pairs=[Pair("alice-alice-alice", relayed=True, grade="poor"), Pair("bob-bob-bob", relayed=False)],
)
BOB = Report(connected=1, relayed=0, unreached=["carol-carol-carol"], silent=[])


def told(worker: str, **rooms: Sums) -> Digest:
    return Digest(worker=worker, rooms=rooms)


async def test_one_read_has_every_worker(roster: Roster) -> None:
    first = Digest(worker="w1", rooms={"7": Sums(2, 1, 4, 1, 0, 1)}, lately=Tally(3, 1, 2), lag=0.25, draining=True)
    await roster.digests.write(first, Tally())
    await roster.digests.write(told("w2", **{"7": Sums(1, 0, 1, 0, 1, 0), "8": Sums(5)}), Tally())
    overview = await roster.digests.read()
    assert [digest.worker for digest in overview.digests] == ["w1", "w2"]
    assert overview.digests[0] == first
    assert overview.rooms == {"7": Sums(3, 1, 5, 1, 1, 1), "8": Sums(5)}
    assert (overview.rooms["7"].failing, overview.rooms["7"].ends) == (2, 6)


async def test_a_worker_that_ended_is_shown_no_more(stage: MemoryStage | RedisStage) -> None:
    digests = stage.roster.digests
    await digests.write(told("w1"), Tally())
    await digests.write_reports("w1", {"7": {"alice": ALICE}})
    stage.advance(DIGEST_SECONDS - 1)
    await digests.write(told("w2"), Tally())
    await digests.write_reports("w2", {"7": {"bob": BOB}})
    assert await digests.reports(["7"]) == [{"alice": ALICE, "bob": BOB}]
    stage.advance(1)
    assert [digest.worker for digest in (await digests.read()).digests] == ["w2"]
    assert await digests.reports(["7"]) == [{"bob": BOB}]


async def test_reports_are_replaced_room_by_room(roster: Roster) -> None:
    digests = roster.digests
    await digests.write(told("w1"), Tally())
    await digests.write_reports("w1", {"7": {"alice": ALICE, "bob": BOB}, "8": {"carol": BOB}})
    await digests.write_reports("w1", {"7": {"bob": ALICE, "dave": DAVE}})
    assert await digests.reports(["7"]) == [{"bob": ALICE, "dave": DAVE}]
    await digests.write_reports("w1", {"7": {}})
    assert await digests.reports(["7", "nowhere", "8"]) == [{}, {}, {"carol": BOB}]
    assert await digests.reports([]) == []


async def test_what_is_counted_is_kept_by_minute_and_hour(stage: MemoryStage | RedisStage) -> None:
    digests = stage.roster.digests
    stage.advance(3600 - 1000 % 3600)
    await digests.write(told("w1"), Tally(2, 1, 0))
    await digests.write(told("w2"), Tally(1, 0, 4))
    stage.advance(60)
    await digests.write(told("w1"), Tally(5, 0, 0))
    overview = await digests.read()
    assert overview.minutes[-2:] == [Tally(3, 1, 4), Tally(5, 0, 0)]
    assert (len(overview.minutes), len(overview.hours)) == (60, 24)
    assert overview.hours[-1] == Tally(8, 1, 4)
    stage.advance(3600)
    await digests.write(told("w1"), Tally(0, 0, 1))
    overview = await digests.read()
    assert sum(overview.minutes, Tally()) == Tally(0, 0, 1)
    assert overview.hours[-2:] == [Tally(8, 1, 4), Tally(0, 0, 1)]
    stage.advance(24 * 3600)
    assert sum((await digests.read()).hours, Tally()) == Tally()


async def test_a_digest_of_another_release_is_left_out(redis_url: str) -> None:
    stage = RedisStage(redis_url)
    await stage.roster.digests.write(told("w1"), Tally())
    await stage.roster.digests.write(told("w2"), Tally())
    await stage.roster.digests.write_reports("w1", {"7": {"alice": ALICE}})
    stage.client.hset(f"{stage.prefix}:digests", "w2", "not a digest")
    stage.client.hset(f"{stage.prefix}:{{7}}:reports", "w2", "no reports")
    assert [digest.worker for digest in (await stage.roster.digests.read()).digests] == ["w1"]
    assert await stage.roster.digests.reports(["7"]) == [{"alice": ALICE}]
    await stage.roster.close()
    stage.close()


async def test_nothing_stays_in_redis(redis_url: str) -> None:
    stage = RedisStage(redis_url)
    await stage.roster.digests.write(told("w1"), Tally(1, 1, 1))
    await stage.roster.digests.write_reports("w1", {"7": {"alice": ALICE}})
    lives: list[Any] = [stage.client.pttl(key) for key in stage.names()]
    assert len(lives) == 4
    assert all(0 < life <= 25 * 3600 * 1000 for life in lives)
    await stage.roster.close()
    stage.close()
