"""The roster of a single process, in a dictionary: the embedded default.

Nothing here awaits, so every operation is atomic by being one step of the event loop.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import takewhile

import msgspec

from signaling.breakouts import NONE, Breakouts
from signaling.protocol.values import LeaveReason, Restriction, Role, Use
from signaling.roster.base import (
    GRACE_SECONDS,
    LEASE_SECONDS,
    LINGER_SECONDS,
    WAITING_CAPACITY,
    WAITING_PER_PREFIX,
    Change,
    Digests,
    Dismissed,
    Entered,
    Lease,
    Outcome,
    Record,
    Refusal,
    Renewal,
    Snapshot,
    Verdict,
)
from signaling.roster.digests import MemoryDigests
from signaling.roster.live_room import LiveRoom, Seat
from signaling.roster.visits import Visits
from signaling.settings import HOSTS, RoomSettings


class MemoryRoster:
    """See :class:`signaling.roster.base.Roster`. ``clock`` gives seconds, ``wall`` Unix time; ``ids`` makes epochs."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        wall: Callable[[], float] = time.time,
        ids: Callable[[], str] = lambda: secrets.token_hex(8),
        lease_seconds: float = LEASE_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        linger_seconds: float = LINGER_SECONDS,
        waiting_per_prefix: int = WAITING_PER_PREFIX,
    ) -> None:
        self.digests: Digests = MemoryDigests(clock)
        self._clock = clock
        self._wall = wall
        self._ids = ids
        self._lease_seconds = lease_seconds
        self._grace_seconds = grace_seconds
        self._linger_seconds = linger_seconds
        self._waiting_per_prefix = waiting_per_prefix
        self._rooms: dict[str, LiveRoom] = {}
        self._banned: dict[str, set[str]] = {}
        self._visits: dict[tuple[str, str], Visits] = {}
        self._empty_until: dict[str, float] = {}

    async def enter(self, room: str, record: Record, *, token: str, settings: RoomSettings) -> Entered:
        live = self._live(room)
        if live and (seat := live.seats.get(record.id)) and seat.token == token:
            return Entered(change=live.latest(seat.record), snapshot=live.snapshot())
        self._refuse_banned(room, record.identity)
        self._refuse_hasty(room, record.identity)
        live = self._open(room, settings)
        lobby = live.lobby_holds(record, self._wall()) and not self._comes_back(room, record.identity)
        waits = lobby or (live.settings.locked and record.role == "guest")
        live.refuse_crowding(record.identity, waits=waits)
        if waits and record.prefix and live.waiting(record.prefix) >= self._waiting_per_prefix:
            raise Refusal("crowded")
        if live.seats:
            live.refuse_full("waiting" if waits else "present", WAITING_CAPACITY if waits else live.settings.capacity)
        state, place = ("waiting", "") if waits else ("present", live.late_place(record))
        record = msgspec.structs.replace(record, state=state, link="attached", lobby=lobby, place=place)
        record = msgspec.structs.replace(record, restrictions=self._inherited(live, record))
        self._visit(room, record.identity).entered(self._clock())
        return self._seat(live, record, token)

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
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not seat or seat.record.identity != identity or token not in (seat.token, seat.previous):
            self._refuse_dismissed(room, id)
            raise Refusal("expired")
        self._refuse_banned(room, seat.record.identity)
        self._open(room, settings)
        before = seat.record
        seat.cast(role)
        seat.amend(
            link="attached",
            generation=before.generation + 1,
            worker=worker,
            name=name or before.name,
            prefix=prefix,
        )
        seat.previous, seat.token = token, fresh
        self._extend(seat)
        return Entered(change=live.changed(seat.record, before=before.worker), snapshot=live.snapshot())

    async def reclaim(
        self, room: str, record: Record, *, epoch: str, token: str, fresh: str, others: list[Record], settings: RoomSettings
    ) -> Entered:
        self._refuse_dismissed(room, record.id)
        self._refuse_banned(room, record.identity)
        known, live = self._rooms.get(room), self._live(room)
        seat = live.seats.get(record.id) if live else None
        fits = seat is not None and token in (seat.token, seat.previous)
        if (seat and not fits and seat.record.generation > record.generation) or (not seat and known and known.epoch == epoch):
            raise Refusal("expired")
        live = self._open(room, settings)
        self._keep_places(live, others)
        generation = max(record.generation, seat.record.generation if seat else 0) + 1
        state = seat.record.state if seat and fits else "present"
        kept = seat.record if seat else record
        waiting = kept if fits else record
        record = msgspec.structs.replace(
            record,
            generation=generation,
            state=state,
            link="attached",
            hand=kept.hand,
            place=kept.place,
            help=kept.help,
            restrictions=kept.restrictions,
            lobby=waiting.lobby,
            note=waiting.note,
        )
        return self._seat(live, record, fresh, previous=token)

    async def restore(
        self, room: str, record: Record, *, token: str, settings: RoomSettings, breakouts: Breakouts = NONE
    ) -> Entered:
        self._refuse_dismissed(room, record.id)
        self._refuse_banned(room, record.identity)
        live = self._open(room, settings)
        if live.divided is None and breakouts.rooms:
            live.divided = breakouts
        seat = live.seats.get(record.id)
        if seat and seat.record.generation > record.generation:
            raise Refusal("expired")
        if seat and seat.record.generation == record.generation and (seat.record.state, record.state) != ("waiting", "present"):
            return Entered(change=live.latest(seat.record), snapshot=live.snapshot())
        place = record.place if live.breakouts.has(record.place) else ""
        return self._seat(live, msgspec.structs.replace(record, link="attached", place=place), token)

    async def detach(self, room: str, id: str, generation: int, grace_seconds: float) -> Change | None:
        live = self._live(room)
        seat = live.held(id, generation) if live else None
        if not live or not seat or not (seat.attached or seat.lapsed):
            return None
        visible = seat.attached
        self._detach(seat, grace_seconds, lapsed=False)
        return live.changed(seat.record) if visible else None

    async def leave(self, room: str, id: str, generation: int | None, reason: LeaveReason) -> Change | None:
        live = self._live(room)
        seat = live.held(id, generation) if live else None
        return self._remove(live, seat, reason) if live and seat else None

    async def admit(self, room: str, id: str) -> Change | None:
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not seat or seat.record.state != "waiting":
            return None
        live.refuse_full("present", live.settings.capacity)
        return live.let_in(seat)

    async def deny(self, room: str, id: str, words: str = "") -> Change | None:
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not seat or seat.record.state != "waiting":
            return None
        change = self._remove(live, seat, "denied")
        live.words[id] = words
        return msgspec.structs.replace(change, words=words)

    async def release(self, room: str) -> list[Change]:
        live = self._live(room)
        if not live or live.settings.locked:
            return []
        now = self._wall()
        waiting = [seat for seat in live.seats.values() if seat.attached and seat.record.state == "waiting" and seat.record.lobby]
        free = max(0, live.settings.capacity - live.count("present"))
        released = [seat for seat in waiting if not live.lobby_holds(seat.record, now)]
        return [live.let_in(seat) for seat in released[:free]]

    async def note(self, room: str, id: str, text: str) -> Change | None:
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not seat or seat.record.state != "waiting" or seat.record.note == text:
            return None
        seat.amend(note=text)
        return live.changed(seat.record)

    async def update(self, room: str, id: str, *, name: str | None = None, role: Role | None = None) -> Change | None:
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not seat:
            return None
        before = seat.record
        seat.amend(name=before.name if name is None else name)
        seat.cast(role or before.role)
        return live.changed(seat.record) if seat.record != before else None

    async def hand(self, room: str, id: str, *, raised: bool) -> Change | None:
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not seat or seat.record.state != "present" or (seat.record.hand > 0) == raised:
            return None
        seat.amend(hand=live.next_hand() if raised else 0)
        return live.changed(seat.record)

    async def lower_hands(self, room: str) -> list[Change]:
        live = self._live(room)
        if not live:
            return []
        changes = []
        for seat in live.seats.values():
            if seat.record.hand:
                seat.amend(hand=0)
                changes.append(live.changed(seat.record))
        return changes

    async def divide(self, room: str, breakouts: Breakouts, places: Mapping[str, str], *, seconds: int) -> Change | None:
        live = self._live(room)
        if not live or live.breakouts.rooms:
            return None
        live.divided = msgspec.structs.replace(breakouts, ends_at=live.now() + seconds * 1000 if seconds else 0)
        before = live.places()
        for key, seat in live.seats.items():
            if seat.record.state == "present":
                seat.amend(place=places[key] if key in places else live.late_place(seat.record), help=False)
        return live.divided_from(before)

    async def move(self, room: str, id: str, place: str) -> Change | None:
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not seat or seat.record.state != "present" or seat.record.place == place:
            return None
        if not live.breakouts.has(place):
            return None
        seat.amend(place=place, help=False)
        return live.changed(seat.record)

    async def gather(self, room: str, *, seconds: int | None) -> Change | None:
        live = self._live(room)
        if not live or not live.breakouts.rooms or (seconds is None and not live.breakouts.is_over(live.now())):
            return None
        before = live.places()
        if seconds:
            live.divided = msgspec.structs.replace(live.breakouts, ends_at=live.now() + seconds * 1000)
        else:
            live.divided = NONE
            for seat in live.seats.values():
                seat.amend(place="", help=False)
        return live.divided_from(before)

    async def help(self, room: str, id: str, *, asked: bool) -> Change | None:
        live = self._live(room)
        seat = live.seats.get(id) if live else None
        if not live or not live.breakouts.rooms or not seat or seat.record.state != "present" or seat.record.help == asked:
            return None
        seat.amend(help=asked)
        return live.changed(seat.record)

    async def restrict(self, room: str, ids: Collection[str], use: Use, how: Restriction) -> list[Change]:
        return self._restrict(room, ids, use, how, kept=("stopped", "forbidden") if how == "stopped" else ("forbidden",))

    async def free(self, room: str, ids: Collection[str], use: Use, *, forbidden: bool) -> list[Change]:
        return self._restrict(room, ids, use, None, kept=(None,) if forbidden else (None, "forbidden"))

    def _restrict(
        self, room: str, ids: Collection[str], use: Use, how: Restriction | None, *, kept: tuple[Restriction | None, ...]
    ) -> list[Change]:
        """Set or lift the restriction of a use, except where it is one of those that are ``kept``."""
        live = self._live(room)
        changes = []
        for seat in live.seats.values() if live else ():
            before = seat.record.restrictions
            if live and seat.record.id in ids and seat.record.state == "present" and before.get(use) not in kept:
                others = {key: value for key, value in before.items() if key != use}
                seat.amend(restrictions=others | ({use: how} if how else {}))
                changes.append(live.changed(seat.record))
        return changes

    async def configure(self, room: str, settings: RoomSettings) -> Change | None:
        live = self._live(room)
        if not live or not live.follow(settings):
            return None
        return msgspec.structs.replace(live.changed(None), settings=live.settings)

    async def ban(self, room: str, identity: str) -> list[Change]:
        self._banned.setdefault(room, set()).add(identity)
        live = self._live(room)
        if not live:
            self._linger(room)
            return []
        return self._remove_all(live, [s for s in live.seats.values() if s.record.identity == identity], "removed")

    async def unban(self, room: str, identity: str) -> None:
        self._banned.get(room, set()).discard(identity)
        self._visits.pop((room, identity), None)

    async def bans(self, rooms: Collection[str]) -> list[tuple[str, str]]:
        return [(room, identity) for room in rooms for identity in self._banned.get(room, ())]

    async def end(self, room: str) -> list[Change]:
        live = self._live(room)
        return self._remove_all(live, live.seats.values(), "ended") if live else []

    async def renew(self, leases: list[Lease]) -> list[Renewal]:
        for lease in leases:
            self._look_back(lease)
        outcomes = [self._renew(lease) for lease in leases]
        return [self._renewal(lease, outcome) for lease, outcome in zip(leases, outcomes, strict=True)]

    async def reap(self, room: str) -> list[Change]:
        live = self._live(room)
        if not live:
            return []
        now = self._clock()
        overdue = [seat for seat in live.seats.values() if seat.deadline <= now]
        return [self._reap(live, seat) for seat in overdue]

    async def snapshot(self, room: str) -> Snapshot | None:
        live = self._live(room)
        return live.snapshot() if live else None

    async def snapshots(self, rooms: Sequence[str]) -> list[Snapshot | None]:
        return [await self.snapshot(room) for room in rooms]

    async def occupied(self, rooms: Sequence[str]) -> list[str]:
        return [room for room in rooms if self._live(room)]

    async def rooms(self) -> list[str]:
        self._forget()
        return [name for name, room in self._rooms.items() if room.seats]

    async def close(self) -> None:
        pass

    def _live(self, room: str) -> LiveRoom | None:
        found = self._rooms.get(room)
        return found if found and found.seats else None

    def _open(self, room: str, settings: RoomSettings) -> LiveRoom:
        """The room of this id, made if there is none, with these settings applied."""
        self._forget()
        self._empty_until.pop(room, None)
        opened = self._rooms.setdefault(room, LiveRoom(name=room, epoch=self._ids(), settings=settings, now=self._milliseconds))
        if not opened.seats:
            opened.divided = None
        if opened.follow(settings) and opened.seats:
            opened.version += 1
        return opened

    def _milliseconds(self) -> int:
        return round(self._clock() * 1000)

    def _linger(self, room: str) -> None:
        self._empty_until[room] = self._clock() + self._linger_seconds

    def _forget(self) -> None:
        now = self._clock()
        for room in [room for room, until in self._empty_until.items() if until <= now]:
            del self._empty_until[room]
            self._rooms.pop(room, None)
            self._banned.pop(room, None)
        # In order of the last change.
        for key in list(takewhile(lambda key: self._visits[key].forget_at <= now, self._visits)):
            del self._visits[key]

    def _visit(self, room: str, identity: str) -> Visits:
        """The visits of an identity, to be changed. They are moved to the end of the order."""
        key = room, identity
        self._visits[key] = self._visits.pop(key) if key in self._visits else Visits()
        return self._visits[key]

    def _inherited(self, live: LiveRoom, record: Record) -> dict[str, Restriction]:
        """The restrictions of somebody who enters."""
        if record.role in HOSTS:
            return {}
        visits = self._visits.get((live.name, record.identity))
        others = [seat.forbidden for seat in live.seats.values() if seat.record.identity == record.identity]
        return dict.fromkeys(frozenset().union(visits.forbidden if visits else (), *others), "forbidden")

    def _comes_back(self, room: str, identity: str) -> bool:
        visits = self._visits.get((room, identity))
        return visits is not None and self._clock() < visits.back

    def _refuse_hasty(self, room: str, identity: str) -> None:
        visits = self._visits.get((room, identity))
        if visits and (seconds := visits.wait(self._clock())):
            raise Refusal("wait", seconds)

    def _refuse_banned(self, room: str, identity: str) -> None:
        self._forget()
        if identity in self._banned.get(room, ()):
            raise Refusal("banned")

    def _refuse_dismissed(self, room: str, id: str) -> None:
        if (known := self._rooms.get(room)) and (verdict := known.verdicts.get(id)):
            raise Dismissed(verdict, known.words.get(id, ""))

    def _keep_places(self, live: LiveRoom, others: list[Record]) -> None:
        """Once in each epoch, keep a place for those who were present."""
        if live.recalled == live.epoch:
            return
        live.recalled = live.epoch
        for record in others:
            banned = record.identity in self._banned.get(live.name, ())
            if not banned and record.id not in live.seats and record.id not in live.verdicts:
                seat = live.seats[record.id] = Seat(record=record, token="", deadline=0)
                seat.amend(generation=0)
                self._detach(seat, self._lease_seconds + self._grace_seconds, lapsed=False)
                live.changed(seat.record)

    def _seat(self, live: LiveRoom, record: Record, token: str, previous: str | None = None) -> Entered:
        replaced = live.seats.get(record.id)
        seat = live.seats[record.id] = Seat(record=record, token=token, deadline=0, previous=previous)
        self._extend(seat)
        before = replaced.record.worker if replaced else ""
        return Entered(change=live.changed(record, before=before), snapshot=live.snapshot())

    def _extend(self, seat: Seat) -> None:
        seat.lapsed = False
        seat.deadline = self._clock() + self._lease_seconds

    def _detach(self, seat: Seat, grace_seconds: float, *, lapsed: bool) -> None:
        seat.amend(link="detached")
        seat.lapsed = lapsed
        seat.deadline = self._clock() + grace_seconds

    def _remove(self, live: LiveRoom, seat: Seat, reason: LeaveReason) -> Change:
        del live.seats[seat.record.id]
        if not live.seats:
            self._linger(live.name)
        match reason:
            case "removed" | "denied" | "ended":
                self._remember(live, seat.record.id, reason)
        self._visit(live.name, seat.record.identity).left(self._clock(), seat.forbidden)
        if reason in {"removed", "denied"} and seat.record.role not in HOSTS:
            self._visit(live.name, seat.record.identity).sent_away(self._clock())
        if reason == "timeout" and seat.record.state == "present":
            self._visit(live.name, seat.record.identity).lost(self._clock())
        return live.changed(seat.record, reason=reason)

    def _remember(self, live: LiveRoom, id: str, verdict: Verdict) -> None:
        now = self._clock()
        if live.forget_at <= now:
            live.verdicts.clear()
            live.words.clear()
        live.verdicts[id] = verdict
        live.forget_at = now + self._linger_seconds

    def _remove_all(self, live: LiveRoom, seats: Iterable[Seat], reason: LeaveReason) -> list[Change]:
        return [self._remove(live, seat, reason) for seat in list(seats)]

    def _look_back(self, lease: Lease) -> None:
        room = self._rooms.get(lease.room)
        if room and room.epoch == lease.epoch and room.version < lease.version:
            room.epoch = self._ids()

    def _renew(self, lease: Lease) -> Outcome:
        live = self._rooms.get(lease.room)
        seat = live.seats.get(lease.id) if live else None
        if not live or not seat or seat.record.generation < lease.generation:
            return live.verdicts.get(lease.id, "unknown") if live else "unknown"
        if seat.record.generation > lease.generation or not (seat.attached or seat.lapsed):
            return "fenced"
        if seat.lapsed:
            seat.amend(link="attached")
            live.changed(seat.record)
        self._extend(seat)
        return "ok"

    def _renewal(self, lease: Lease, outcome: Outcome) -> Renewal:
        self._forget()
        room = self._rooms.get(lease.room)
        return Renewal(
            lease=lease,
            outcome=outcome,
            epoch=room.epoch if room else None,
            version=room.version if room else 0,
        )

    def _reap(self, live: LiveRoom, seat: Seat) -> Change:
        if not seat.attached:
            return self._remove(live, seat, "timeout")
        self._detach(seat, self._grace_seconds, lapsed=True)
        return live.changed(seat.record)
