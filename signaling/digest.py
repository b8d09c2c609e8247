"""What a worker tells administrators of itself every few seconds: its rooms, their pairs, what it counts, and its condition.

Sums only. What the members of one room last reported is told apart from it, room by room (``signaling.roster.digests``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

import msgspec

from signaling.protocol.messages import Report

MINUTES: Final = 60
HOURS: Final = 24

#: By id of the reporter, what its browser said last of its pairs.
Reports = Mapping[str, Report]


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """How many newcomers entered a room or its lobby, how many were refused, and how many sockets ended."""

    joins: int = 0
    refusals: int = 0
    closes: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.joins + other.joins, self.refusals + other.refusals, self.closes + other.closes)

    def __sub__(self, other: Tally) -> Tally:
        return Tally(self.joins - other.joins, self.refusals - other.refusals, self.closes - other.closes)


class Sums(msgspec.Struct, frozen=True, array_like=True):
    """Members by state, and the ends of pairs that they reported: the relayed and the silent are among the connected."""

    present: int = 0
    waiting: int = 0
    connected: int = 0
    relayed: int = 0
    unreached: int = 0
    silent: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(one + another for one, another in zip(_values(self), _values(other), strict=True)))

    @property
    def failing(self) -> int:
        """Ends of pairs that are not reached or not heard."""
        return self.unreached + self.silent

    @property
    def ends(self) -> int:
        return self.connected + self.unreached


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """One worker. ``rooms`` are those in which it has somebody, by id.

    ``lately`` is what it counted in the last minute, ``lag`` how late its event loop was at worst in that time, in seconds.
    A worker of another release may send more or less.
    """

    worker: str
    rooms: dict[str, Sums] = {}
    lately: Tally = Tally()
    lag: float = 0.0
    draining: bool = False
    degraded: bool = False

    @property
    def total(self) -> Sums:
        return sum(self.rooms.values(), Sums())


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All workers. ``minutes`` and ``hours`` are what they counted together, the oldest first, the running one last."""

    digests: list[Digest]
    minutes: list[Tally]
    hours: list[Tally]

    @property
    def rooms(self) -> dict[str, Sums]:
        """Of each room what all workers together know."""
        found: dict[str, Sums] = {}
        for room, sums in chain.from_iterable(digest.rooms.items() for digest in self.digests):
            found[room] = found.get(room, Sums()) + sums
        return found


def sums(states: Iterable[tuple[str, Report | None]]) -> Sums:
    """The sums of the members of one room: each with its state and its report."""
    present = waiting = connected = relayed = unreached = silent = 0
    for state, report in states:
        present += state == "present"
        waiting += state == "waiting"
        if report is not None:
            connected += report.connected
            relayed += report.relayed
            unreached += len(report.unreached)
            silent += len(report.silent)
    return Sums(present, waiting, connected, relayed, unreached, silent)


def _values(sums: Sums) -> tuple[int, ...]:
    return msgspec.structs.astuple(sums)
