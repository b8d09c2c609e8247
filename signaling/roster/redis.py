"""The roster of several processes, in Redis: one Lua script per operation.

``lua/preamble.lua`` says what the keys of a room hold. The list of rooms that may be live is spread over a few keys. It is
only a hint: a room is listed before somebody enters it, and unlisted by the reaper that finds it empty.

It needs one primary. Redis Cluster is not supported: redis-py refuses EVALSHA in a pipeline there, and one request lists a room
and enters it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import crc32

import msgspec
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisError

from signaling.breakouts import NONE, Breakouts
from signaling.cancellation import heed
from signaling.protocol.values import LeaveReason, Restriction, Role, Use
from signaling.roster import answers
from signaling.roster.base import (
    ENTRIES,
    ENTRIES_SECONDS,
    GRACE_SECONDS,
    LEASE_SECONDS,
    LINGER_SECONDS,
    PLACES_PER_PERSON,
    RETURN_SECONDS,
    VISITS_SECONDS,
    WAIT_MOST_SECONDS,
    WAIT_SECONDS,
    WAITING_CAPACITY,
    WAITING_PER_PREFIX,
    Change,
    Digests,
    Entered,
    Lease,
    Record,
    Renewal,
    Snapshot,
    Unreachable,
)
from signaling.roster.digests import RedisDigests
from signaling.settings import RoomSettings

SHARDS: Final = 8
UNLIST_SECONDS: Final = 5.0

# Milliseconds of the store's own clock.
NOW: Final = """
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""


class _Call(NamedTuple):
    script: str
    keys: tuple[str, ...]
    arguments: tuple[str | bytes | int | float, ...]


class RedisRoster:
    """See :class:`signaling.roster.base.Roster`.

    ``asked`` is called with the seconds that each question took, and whether it was answered.
    ``connect`` makes the pool of connections from ``url`` and options.
    ``now`` is Lua that defines ``now()`` in milliseconds, so that a test can stop the clock.

    Only a lost connection is retried, once: a script that was sent and not answered may have run. No operation needs
    to run exactly once; what is announced twice or not at all shows in the version.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "conf",
        ids: Callable[[], str] = lambda: secrets.token_hex(8),
        lease_seconds: float = LEASE_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        linger_seconds: float = LINGER_SECONDS,
        waiting_per_prefix: int = WAITING_PER_PREFIX,
        timeout_seconds: float = 3.0,
        max_connections: int = 32,
        now: str = NOW,
        asked: Callable[[float, bool], None] = lambda seconds, answered: None,
        connect: Callable[..., BlockingConnectionPool] = BlockingConnectionPool.from_url,
    ) -> None:
        self._asked = asked
        self._prefix = prefix
        self._ids = ids
        constants = {
            "LEASE_MS": _milliseconds(lease_seconds),
            "GRACE_MS": _milliseconds(grace_seconds),
            "LINGER_MS": _milliseconds(linger_seconds),
            "UNLIST_MS": _milliseconds(UNLIST_SECONDS),
            "WAITING_CAPACITY": WAITING_CAPACITY,
            "WAITING_PER_PREFIX": waiting_per_prefix,
            "PLACES_PER_PERSON": PLACES_PER_PERSON,
            "ENTRIES": ENTRIES,
            "ENTRIES_MS": _milliseconds(ENTRIES_SECONDS),
            "WAIT_MS": _milliseconds(WAIT_SECONDS),
            "WAIT_MOST_MS": _milliseconds(WAIT_MOST_SECONDS),
            "RETURN_MS": _milliseconds(RETURN_SECONDS),
            "VISITS_MS": _milliseconds(VISITS_SECONDS),
        }
        self._sources = _sources(constants, now)
        self._digests = {name: sha1(text.encode(), usedforsecurity=False).hexdigest() for name, text in self._sources.items()}
        # Every timeout is given: the defaults of redis-py change between its versions. A blocking pool waits for a
        # connection where the plain one raises.
        pool = connect(
            url,
            max_connections=max_connections,
            timeout=timeout_seconds,
            socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
            socket_keepalive=True,
            health_check_interval=10,
            protocol=2,
            retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), retries=1, supported_errors=(RedisConnectionError,)),
        )
        self._client = Redis.from_pool(pool)
        self.digests: Digests = RedisDigests(self._client, prefix, now)

    async def enter(self, room: str, record: Record, *, token: str, settings: RoomSettings) -> Entered:
        arguments = (msgspec.json.encode(record), token, _offered(settings), self._ids())
        return answers.entered(room, await self._list_and_run("enter", room, *arguments))

    async def resume(
        self,
        room: str,
        id: str,
        *,
        identity: str,
        token: str,
        fresh: str,
        worker: str,
        role: Role,
        name: str,
        prefix: str,
        settings: RoomSettings,
    ) -> Entered:
        arguments = (id, identity, token, fresh, worker, role, name, prefix, _offered(settings))
        return answers.entered(room, await self._run("resume", room, *arguments))

    async def reclaim(
        self, room: str, record: Record, *, epoch: str, token: str, fresh: str, others: list[Record], settings: RoomSettings
    ) -> Entered:
        who, places = msgspec.json.encode(record), msgspec.json.encode(others)
        arguments = (who, epoch, token, fresh, places, _offered(settings), self._ids())
        return answers.entered(room, await self._list_and_run("reclaim", room, *arguments))

    async def restore(
        self, room: str, record: Record, *, token: str, settings: RoomSettings, breakouts: Breakouts = NONE
    ) -> Entered:
        divided = msgspec.json.encode(breakouts) if breakouts.rooms else ""
        arguments = (msgspec.json.encode(record), token, _offered(settings), self._ids(), divided)
        return answers.entered(room, await self._list_and_run("restore", room, *arguments))

    async def detach(self, room: str, id: str, generation: int, grace_seconds: float) -> Change | None:
        return answers.perhaps(room, await self._run("detach", room, id, generation, _milliseconds(grace_seconds)))

    async def leave(self, room: str, id: str, generation: int | None, reason: LeaveReason) -> Change | None:
        fence = "" if generation is None else generation
        return answers.perhaps(room, await self._run("leave", room, id, fence, reason))

    async def admit(self, room: str, id: str) -> Change | None:
        return answers.perhaps(room, await self._run("admit", room, id))

    async def deny(self, room: str, id: str, words: str = "") -> Change | None:
        change = answers.perhaps(room, await self._run("deny", room, id, words))
        return msgspec.structs.replace(change, words=words) if change is not None else None

    async def release(self, room: str) -> list[Change]:
        return answers.changes(room, await self._run("release", room))

    async def note(self, room: str, id: str, text: str) -> Change | None:
        return answers.perhaps(room, await self._run("note", room, id, text))

    async def update(self, room: str, id: str, *, name: str | None = None, role: Role | None = None) -> Change | None:
        named = () if name is None else ("name", name)
        cast = () if role is None else ("role", role)
        return answers.perhaps(room, await self._run("update", room, id, *named, *cast))

    async def hand(self, room: str, id: str, *, raised: bool) -> Change | None:
        return answers.perhaps(room, await self._run("hand", room, id, int(raised)))

    async def lower_hands(self, room: str) -> list[Change]:
        return answers.changes(room, await self._run("lower_hands", room))

    async def divide(self, room: str, breakouts: Breakouts, places: Mapping[str, str], *, seconds: int) -> Change | None:
        offered, where = map(msgspec.json.encode, (breakouts, places))
        return answers.perhaps(room, await self._run("divide", room, offered, where, _milliseconds(seconds)))

    async def move(self, room: str, id: str, place: str) -> Change | None:
        return answers.perhaps(room, await self._run("move", room, id, place))

    async def gather(self, room: str, *, seconds: int | None) -> Change | None:
        return answers.perhaps(room, await self._run("gather", room, -1 if seconds is None else _milliseconds(seconds)))

    async def help(self, room: str, id: str, *, asked: bool) -> Change | None:
        return answers.perhaps(room, await self._run("help", room, id, int(asked)))

    async def restrict(self, room: str, ids: Collection[str], use: Use, how: Restriction) -> list[Change]:
        spare = "forbidden" if how == "stopped" else ""
        return answers.changes(room, await self._run("restrict", room, use, how, spare, *ids))

    async def free(self, room: str, ids: Collection[str], use: Use, *, forbidden: bool) -> list[Change]:
        spare = "" if forbidden else "forbidden"
        return answers.changes(room, await self._run("restrict", room, use, "", spare, *ids))

    async def configure(self, room: str, settings: RoomSettings) -> Change | None:
        change = answers.perhaps(room, await self._run("configure", room, _offered(settings)))
        return msgspec.structs.replace(change, settings=settings) if change is not None else None

    async def ban(self, room: str, identity: str) -> list[Change]:
        return answers.changes(room, await self._run("ban", room, identity))

    async def unban(self, room: str, identity: str) -> None:
        await self._run("unban", room, identity)

    async def bans(self, rooms: Collection[str]) -> list[tuple[str, str]]:
        replies = await self._evaluate([self._call("bans", room) for room in rooms])
        return [(room, identity.decode()) for room, reply in zip(rooms, replies, strict=True) for identity in reply]

    async def end(self, room: str) -> list[Change]:
        return answers.changes(room, await self._run("end", room))

    async def renew(self, leases: list[Lease]) -> list[Renewal]:
        by_room: dict[str, list[Lease]] = {}
        for lease in leases:
            by_room.setdefault(lease.room, []).append(lease)
        calls = [self._call("renew", room, *self._known(held[0]), *_fences(held)) for room, held in by_room.items()]
        replies = await self._evaluate(calls)
        renewals = {
            renewal.lease: renewal
            for held, reply in zip(by_room.values(), replies, strict=True)
            for renewal in answers.renewals(held, reply)
        }
        return [renewals[lease] for lease in leases]

    def _known(self, lease: Lease) -> tuple[str, int, str]:
        return lease.epoch, lease.version, self._ids()

    async def reap(self, room: str) -> list[Change]:
        live, changes = await self._run("reap", room, self._ids())
        if not live:
            await self._evaluate([self._listing("unlist", room)])
        return answers.changes(room, changes)

    async def snapshot(self, room: str) -> Snapshot | None:
        reply = await self._run("snapshot", room)
        return answers.snapshot(reply) if reply else None

    async def snapshots(self, rooms: Sequence[str]) -> list[Snapshot | None]:
        replies = await self._evaluate([self._call("snapshot", room) for room in rooms])
        return [answers.snapshot(reply) if reply else None for reply in replies]

    async def occupied(self, rooms: Sequence[str]) -> list[str]:
        if not rooms:
            return []
        [found] = await self._evaluate([_Call("occupied", tuple(f"{self._tag(room)}:people" for room in rooms), ())])
        return [room for room, anybody in zip(rooms, found, strict=True) if anybody]

    async def rooms(self) -> list[str]:
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for shard in range(SHARDS):
                    pipeline.zrange(self._shard(shard), 0, -1)
                shards = await heed(pipeline.execute())
        except (RedisError, OSError) as error:
            raise Unreachable from error
        return [room.decode() for shard in shards for room in shard]

    async def close(self) -> None:
        await self._client.aclose()
        await self._client.connection_pool.disconnect()

    async def _run(self, script: str, room: str, *arguments: str | bytes | int | float) -> Any:
        [reply] = await self._evaluate([self._call(script, room, *arguments)])
        return reply

    async def _list_and_run(self, script: str, room: str, *arguments: str | bytes | int | float) -> Any:
        _, reply = await self._evaluate([self._listing("list", room), self._call(script, room, *arguments)])
        return reply

    def _call(self, script: str, room: str, *arguments: str | bytes | int | float) -> _Call:
        tag = self._tag(room)
        names = ("room", "people", "deadlines", "banned", "verdicts", "visits", "words")
        return _Call(script, tuple(f"{tag}:{name}" for name in names), arguments)

    def _tag(self, room: str) -> str:
        return f"{self._prefix}:{{{room}}}"

    def _listing(self, script: str, room: str) -> _Call:
        return _Call(script, (self._shard(crc32(room.encode()) % SHARDS),), (room,))

    def _shard(self, number: int) -> str:
        return f"{self._prefix}:rooms:{number}"

    async def _evaluate(self, calls: list[_Call]) -> list[Any]:
        """The replies of these scripts, sent in one pipeline. Loads them first if Redis does not have them."""
        if not calls:
            return []
        began, answered = time.monotonic(), False
        try:
            replies = await heed(self._ask(calls))
            answered = True
        except (RedisError, OSError) as error:
            raise Unreachable from error
        finally:
            self._asked(time.monotonic() - began, answered)
        for reply in replies:
            if isinstance(reply, Exception):
                raise Unreachable from reply
        return replies

    async def _ask(self, calls: list[_Call]) -> list[Any]:
        replies = await self._send(calls)
        if any(isinstance(reply, NoScriptError) for reply in replies):
            await self._load({call.script for call in calls})
            replies = await self._resend(calls, replies)
        return replies

    async def _send(self, calls: list[_Call]) -> list[Any]:
        async with self._client.pipeline(transaction=False) as pipeline:
            for call in calls:
                pipeline.evalsha(self._digests[call.script], len(call.keys), *call.keys, *call.arguments)
            return await pipeline.execute(raise_on_error=False)

    async def _resend(self, calls: list[_Call], replies: list[Any]) -> list[Any]:
        missed = [index for index, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        again = await self._send([calls[index] for index in missed])
        for index, reply in zip(missed, again, strict=True):
            replies[index] = reply
        return replies

    async def _load(self, scripts: Iterable[str]) -> None:
        for script in scripts:
            await self._client.script_load(self._sources[script])


def _sources(constants: dict[str, int], now: str) -> dict[str, str]:
    header = "".join(f"local {name} = {value}\n" for name, value in constants.items()) + now
    files = {path.stem: path.read_text() for path in Path(__file__).with_name("lua").glob("*.lua")}
    preamble = files.pop("preamble")
    return {name: header + preamble + body for name, body in files.items()}


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _fences(leases: list[Lease]) -> list[str | int]:
    return [value for lease in leases for value in (lease.id, lease.generation)]


def _offered(settings: RoomSettings) -> bytes:
    """Settings for the scripts. Those of the release before know one lobby, ``guests_wait``."""
    return msgspec.json.encode({**msgspec.structs.asdict(settings), "guests_wait": settings.waits != "nobody"})
