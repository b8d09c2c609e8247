"""Where workers put their digests: in memory for a worker that is alone, in Redis for several.

One read gives the digests of all workers that have written within ``DIGEST_SECONDS``, by the store's clock, and what was counted
in the last hour and day. What the members of a room reported is kept room by room, so that a page about one room reads only that.
Nothing here is in the path of a message, and nothing depends on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from signaling.cancellation import heed
from signaling.digest import HOURS, MINUTES, Digest, Overview, Reports, Tally
from signaling.protocol.messages import Report
from signaling.roster.base import Unreachable

#: How long a worker that has ended is still shown.
DIGEST_SECONDS: Final = 10.0
#: Counted units of time, in seconds, and how many of each are kept.
UNITS: Final = {"m": (60, MINUTES), "h": (3600, HOURS)}

#: KEYS: digests by worker, when each expires, what was counted. ARGV: worker, digest, its life, and what to count.
WRITE: Final = """
local time = now()
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], time + ARGV[3], ARGV[1])
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', time)) do
  redis.call('HDEL', KEYS[1], worker)
  redis.call('ZREM', KEYS[2], worker)
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local oldest = {m = math.floor(time / 60000) - 59, h = math.floor(time / 3600000) - 23}
local units = {m = 60000, h = 3600000}
local is_new = false
for index, name in ipairs({'joins', 'refusals', 'closes'}) do
  local amount = tonumber(ARGV[3 + index])
  for unit, length in pairs(units) do
    if amount > 0 then
      local field = string.format('%s:%d:%s', unit, math.floor(time / length), name)
      is_new = redis.call('HINCRBY', KEYS[3], field, amount) == amount or is_new
    end
  end
end
if is_new then
  for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
    local unit, number = string.match(field, '^(%a):(%d+):')
    if tonumber(number) < oldest[unit] then redis.call('HDEL', KEYS[3], field) end
  end
  redis.call('EXPIRE', KEYS[3], 90000)
end
"""
READ: Final = """
local time = now()
local workers = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. time, '+inf')
local digests = {}
for index, worker in ipairs(workers) do digests[index] = redis.call('HGET', KEYS[1], worker) or '' end
return {math.floor(time / 1000), digests, redis.call('HGETALL', KEYS[3])}
"""
#: KEYS: when workers expire, and for each room its reports by worker. Of each room those of the workers that are alive.
REPORTS: Final = """
local live, rooms = {}, {}
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now(), '+inf')) do live[worker] = true end
for index = 2, #KEYS do
  local stored, found = redis.call('HGETALL', KEYS[index]), {}
  for field = 1, #stored, 2 do
    if live[stored[field]] then found[#found + 1] = stored[field + 1] end
  end
  rooms[index - 1] = found
end
return rooms
"""
#: So many of the reports that were read last are kept as they were decoded. Most are the same at the next read.
DECODED: Final = 1024


class MemoryDigests:
    """For one process. See :class:`signaling.roster.base.Digests`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._digests: dict[str, tuple[float, Digest]] = {}
        self._reports: dict[str, dict[str, Reports]] = {}
        self._counts: Counter[tuple[str, int, str]] = Counter()

    async def write(self, digest: Digest, counted: Tally) -> None:
        now = self._clock()
        self._digests = {worker: kept for worker, kept in self._digests.items() if kept[0] > now}
        self._digests[digest.worker] = now + DIGEST_SECONDS, digest
        for unit, (seconds, most) in UNITS.items():
            number = int(now // seconds)
            for field in [field for field in self._counts if field[0] == unit and field[1] <= number - most]:
                del self._counts[field]
            for name, amount in msgspec.structs.asdict(counted).items():
                self._counts[unit, number, name] += amount

    async def write_reports(self, worker: str, rooms: Mapping[str, Reports]) -> None:
        for room, reports in rooms.items():
            by_worker = self._reports.setdefault(room, {})
            by_worker[worker] = reports
            if not reports:
                del by_worker[worker]
            if not by_worker:
                del self._reports[room]

    async def read(self) -> Overview:
        now = self._clock()
        digests = [digest for expires, digest in self._digests.values() if expires > now]
        return _overview(digests, int(now), self._counts)

    async def reports(self, rooms: Sequence[str]) -> list[dict[str, Report]]:
        now = self._clock()
        live = {worker for worker, (expires, _) in self._digests.items() if expires > now}
        told = [self._reports.get(room, {}) for room in rooms]
        return [_merged(reports for worker, reports in one.items() if worker in live) for one in told]


_encoder = msgspec.msgpack.Encoder()
_digest = msgspec.msgpack.Decoder(Digest)
_reports = msgspec.msgpack.Decoder(dict[str, Report])


class RedisDigests:
    """See :class:`signaling.roster.base.Digests`. ``now`` is Lua that defines ``now()`` in milliseconds of the store's clock."""

    def __init__(self, client: Redis, prefix: str, now: str) -> None:
        self._client = client
        self._prefix = prefix
        self._keys = [f"{prefix}:digests", f"{prefix}:digests:times", f"{prefix}:counts"]
        self._write = client.register_script(now + WRITE)
        self._read = client.register_script(now + READ)
        self._of_rooms = client.register_script(now + REPORTS)

    async def write(self, digest: Digest, counted: Tally) -> None:
        life = round(DIGEST_SECONDS * 1000)
        arguments: list[str | bytes | int] = [
            digest.worker,
            _encoder.encode(digest),
            life,
            counted.joins,
            counted.refusals,
            counted.closes,
        ]
        await _answered(self._write(self._keys, arguments))

    async def write_reports(self, worker: str, rooms: Mapping[str, Reports]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for room, reports in rooms.items():
                if reports:
                    pipeline.hset(self._room(room), worker, _encoder.encode(reports))
                    pipeline.pexpire(self._room(room), round(DIGEST_SECONDS * 1000))
                else:
                    pipeline.hdel(self._room(room), worker)
            await _answered(pipeline.execute())

    async def read(self) -> Overview:
        now, blobs, flat = await _answered(self._read(self._keys, []))
        counts = {_field(name): int(amount) for name, amount in zip(flat[::2], flat[1::2], strict=True)}
        return _overview([digest for blob in blobs if (digest := _decoded(_digest, blob)) is not None], now, counts)

    async def reports(self, rooms: Sequence[str]) -> list[dict[str, Report]]:
        answers = await _answered(self._of_rooms([self._keys[1], *map(self._room, rooms)], []))
        return [_merged(map(_reported, blobs)) for blobs in answers]

    def _room(self, room: str) -> str:
        return f"{self._prefix}:{{{room}}}:reports"


def _merged(told: Iterable[Mapping[str, Report]]) -> dict[str, Report]:
    """What several workers tell of one room."""
    return {reporter: report for reports in told for reporter, report in reports.items()}


async def _answered(question: Any) -> Any:
    try:
        return await heed(question)
    except (RedisError, OSError) as error:
        raise Unreachable from error


def _decoded(decoder: msgspec.msgpack.Decoder[Any], blob: bytes) -> Any:
    """None for what a worker of another release wrote in a way that cannot be read."""
    try:
        return decoder.decode(blob)
    except (msgspec.MsgspecError, ValueError):
        return None


@lru_cache(DECODED)
def _reported(blob: bytes) -> Mapping[str, Report]:
    return _decoded(_reports, blob) or {}


def _field(text: bytes) -> tuple[str, int, str]:
    unit, number, name = text.decode().split(":")
    return unit, int(number), name


def _overview(digests: list[Digest], now: int, counts: Mapping[tuple[str, int, str], int]) -> Overview:
    return Overview(
        digests=sorted(digests, key=lambda digest: digest.worker),
        minutes=_tallies("m", now, counts),
        hours=_tallies("h", now, counts),
    )


def _tallies(unit: str, now: int, counts: Mapping[tuple[str, int, str], int]) -> list[Tally]:
    seconds, most = UNITS[unit]
    last = now // seconds
    return [
        Tally(**{name: counts.get((unit, number, name), 0) for name in Tally.__struct_fields__})
        for number in range(last - most + 1, last + 1)
    ]
