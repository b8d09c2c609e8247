"""Both rosters with a clock that the test moves, and the participants of the stories."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

import redis

from signaling.protocol.values import Opening, Policy, Role, Waits
from signaling.roster.base import Record, Roster
from signaling.roster.memory import MemoryRoster
from signaling.roster.redis import RedisRoster
from signaling.settings import RoomSettings


class Stage(Protocol):
    roster: Roster

    def advance(self, seconds: float) -> None: ...


#: When a stage begins, by its clock.
BEGINNING = 1_000


class MemoryStage:
    def __init__(self, *, linger_seconds: float = 120.0) -> None:
        self._now = float(BEGINNING)
        self.roster: Roster = MemoryRoster(lambda: self._now, wall=lambda: self._now, linger_seconds=linger_seconds)

    def advance(self, seconds: float) -> None:
        self._now += seconds

    def close(self) -> None:
        pass


class RedisStage:
    """The roster's time is a key beside its own, so it moves only when it is told to."""

    def __init__(self, url: str, *, linger_seconds: float = 120.0) -> None:
        self.prefix = f"test-{secrets.token_hex(8)}"
        self.client = redis.Redis.from_url(url, decode_responses=True)
        self._clock = f"{self.prefix}:clock"
        self.advance(BEGINNING)
        now = f"local function now() return tonumber(redis.call('GET', '{self._clock}')) end\n"
        self.roster: Roster = RedisRoster(url, prefix=self.prefix, linger_seconds=linger_seconds, now=now)

    def advance(self, seconds: float) -> None:
        self.client.incrby(self._clock, round(seconds * 1000))

    def names(self) -> list[str]:
        """The keys that there are, but for those of visits."""
        return sorted(key for key in self.client.scan_iter(f"{self.prefix}:*") if key not in {self._clock, *self.visits()})

    def visits(self) -> list[str]:
        return list(self.client.scan_iter(f"{self.prefix}:*:visits:*"))

    def close(self) -> None:
        self.client.close()


def rules(
    version: int = 0,
    *,
    capacity: int = 8,
    locked: bool = False,
    policy: Policy = "all",
    waits: Waits = "nobody",
    opens: Opening = "never",
    opens_at: int = 0,
) -> RoomSettings:
    return RoomSettings(
        version=version, capacity=capacity, locked=locked, policy=policy, waits=waits, opens=opens, opens_at=opens_at
    )


Stages = Callable[[], MemoryStage | RedisStage]


def person(name: str, *, role: Role = "guest", worker: str = "w1", identity: str = "", id: str = "", prefix: str = "") -> Record:
    return Record(
        id=id or name.lower(),
        name=name,
        role=role,
        identity=identity or f"guest:{name.lower()}",
        worker=worker,
        prefix=prefix,
    )
