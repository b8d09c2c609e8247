"""A room of the roster in memory: who sits in it, and what only the roster knows of it. No clock of its own, no other room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from signaling.breakouts import NONE, Breakouts
from signaling.protocol.values import LeaveReason, Role
from signaling.roster.base import PLACES_PER_PERSON, Change, Record, Refusal, Snapshot, Verdict
from signaling.settings import HOSTS, RoomSettings


@dataclass(slots=True)
class Seat:
    """A participant and what only the roster knows of it.

    ``lapsed``: the reaper detached it, so its worker may take it up again by renewing.
    """

    record: Record
    token: str
    deadline: float
    previous: str | None = None
    lapsed: bool = False

    @property
    def attached(self) -> bool:
        return self.record.link == "attached"

    @property
    def forbidden(self) -> frozenset[str]:
        """The uses that are forbidden to it."""
        return frozenset(use for use, how in self.record.restrictions.items() if how == "forbidden")

    def amend(self, **changes: object) -> None:
        self.record = msgspec.structs.replace(self.record, **changes)

    def cast(self, role: Role) -> None:
        """Give a role. A new host or owner is no longer restricted."""
        rises = role in HOSTS and role != self.record.role
        self.amend(role=role, restrictions={} if rises else self.record.restrictions)


@dataclass(slots=True)
class LiveRoom:
    """A room in which there are seats, or were a moment ago. ``now`` gives milliseconds."""

    name: str
    epoch: str
    settings: RoomSettings
    now: Callable[[], int]
    version: int = 0
    #: Whether a host has come since somebody is here.
    hosted: bool = False
    seats: dict[str, Seat] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    recalled: str = ""
    forget_at: float = 0.0
    #: None if none have been opened or closed since the room is live.
    divided: Breakouts | None = None

    @property
    def breakouts(self) -> Breakouts:
        return (self.divided or NONE).read_at(self.now())

    def late_place(self, record: Record) -> str:
        """Where somebody is placed who comes late."""
        breakouts = self.breakouts
        if breakouts.late == "main" or not breakouts.rooms or record.role in HOSTS:
            return ""
        there = [seat.record.place for seat in self.seats.values() if seat.record.state == "present"]
        return min((room.id for room in breakouts.rooms), key=there.count)

    def divided_from(self, before: Mapping[str, str]) -> Change:
        """The change of the breakouts, given the place of everybody before it."""
        moves = {key: place for key, place in self.places().items() if place != before[key]}
        return msgspec.structs.replace(self.changed(None), breakouts=self.breakouts, moves=moves)

    def places(self) -> dict[str, str]:
        return {key: seat.record.place for key, seat in self.seats.items()}

    def count(self, state: str) -> int:
        return sum(seat.record.state == state for seat in self.seats.values())

    def waiting(self, prefix: str) -> int:
        """How many of a network wait."""
        return sum((seat.record.state, seat.record.prefix) == ("waiting", prefix) for seat in self.seats.values())

    def held(self, id: str, generation: int | None) -> Seat | None:
        """The seat, or None if this generation of it is over."""
        seat = self.seats.get(id)
        return seat if seat and generation in (None, seat.record.generation) else None

    def snapshot(self) -> Snapshot:
        people = [seat.record for seat in self.seats.values()]
        return Snapshot(
            epoch=self.epoch,
            version=self.version,
            settings=self.settings,
            people=people,
            verdicts={**self.verdicts},
            breakouts=self.breakouts,
        )

    def follow(self, settings: RoomSettings) -> bool:
        """Apply these settings unless the present ones are newer. Whether that changes anything but their version."""
        if not settings.replaces(self.settings):
            return False
        differs = settings.differs(self.settings)
        self.settings = settings
        return differs

    def changed(self, record: Record | None, *, before: str = "", reason: LeaveReason | None = None) -> Change:
        """Raise the version. ``before`` is the worker the record was on."""
        self.version += 1
        self.notice_hosts()
        return self.latest(record, before=before, reason=reason)

    def notice_hosts(self) -> None:
        present = [seat.record.role for seat in self.seats.values() if seat.record.state == "present"]
        self.hosted = bool(present) and (self.hosted or not HOSTS.isdisjoint(present))

    def lobby_holds(self, record: Record, now: float) -> bool:
        """Whether the lobby holds somebody back at this Unix time."""
        rules = self.settings
        is_open = self.hosted if rules.opens == "host" else rules.opens == "time" and now >= rules.opens_at
        return not is_open and rules.holds(record.identity, record.role)

    def latest(self, record: Record | None, *, before: str = "", reason: LeaveReason | None = None) -> Change:
        workers = {seat.record.worker for seat in self.seats.values() if seat.attached}
        if record:
            workers |= {record.worker, before or record.worker}
        return Change(
            room=self.name,
            epoch=self.epoch,
            version=self.version,
            record=record,
            workers=sorted(workers),
            reason=reason,
        )

    def next_hand(self) -> int:
        """The number of a hand that is raised now: greater than that of every other."""
        return max(self.now(), 1 + max(seat.record.hand for seat in self.seats.values()))

    def let_in(self, seat: Seat) -> Change:
        seat.amend(state="present", lobby=False, note="", place=self.late_place(seat.record))
        return self.changed(seat.record)

    def refuse_full(self, state: str, capacity: int) -> None:
        if self.count(state) >= capacity:
            raise Refusal("full")

    def refuse_crowding(self, identity: str, *, waits: bool) -> None:
        """Refuse an identity that has all its places, or waits already."""
        theirs = [seat.record for seat in self.seats.values() if seat.record.identity == identity]
        knocks = waits and any(record.state == "waiting" and record.link == "attached" for record in theirs)
        if knocks or len(theirs) >= PLACES_PER_PERSON:
            raise Refusal("devices")
