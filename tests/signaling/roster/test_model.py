"""Both rosters against a model in plain dictionaries, driven by Hypothesis.

After every step the room is what the model says (I1), versions are contiguous (I2), and everybody who came is announced
as gone exactly once (I3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from signaling.breakouts import NONE, Breakouts
from signaling.protocol.facts import Breakout
from signaling.protocol.values import Late, LeaveReason, Restriction, Role, Use
from signaling.roster.base import (
    GRACE_SECONDS,
    LEASE_SECONDS,
    VERDICTS,
    WAITING_CAPACITY,
    WAITING_PER_PREFIX,
    Change,
    Entered,
    Lease,
    Record,
    Refusal,
)
from signaling.settings import UNKNOWN, RoomSettings
from tests.signaling.roster.stage import BEGINNING, MemoryStage, RedisStage, person, rules

ROOM = "7"
FOREVER = 1e6
T = TypeVar("T")

workers = st.sampled_from(["w1", "w2", "w3"])
roles: st.SearchStrategy[Role] = st.sampled_from(["owner", "host", "member", "guest"])
identities = st.sampled_from([f"user:{number}" for number in range(6)] + ["guest:6", "guest:7"])
prefixes = st.sampled_from(["", "192.0.2.7"])
uses: st.SearchStrategy[Use] = st.sampled_from(["microphone", "chat"])
graces = st.sampled_from([5, 15])
picks = st.integers(0, 100)
places = st.sampled_from(["", "red", "blue"])
settings_of_a_room = st.builds(
    rules,
    st.integers(0, 5),
    capacity=st.integers(1, 8),
    locked=st.booleans(),
    waits=st.sampled_from(["nobody", "guests", "nonmembers", "nonhosts"]),
    opens=st.sampled_from(["never", "host", "time"]),
    opens_at=st.integers(BEGINNING, BEGINNING + 30),
)


def kept_from(record: Record, role: Role) -> dict[str, Restriction]:
    """The restrictions of a participant who is given this role."""
    return {} if role in {"owner", "host"} and role != record.role else record.restrictions


def forbidden(record: Record) -> dict[str, Restriction]:
    return {use: how for use, how in record.restrictions.items() if how == "forbidden"}


@dataclass
class Seat:
    record: Record
    tokens: list[str]
    deadline: float
    closed: bool = False  # detached by its worker, not by the reaper


@dataclass
class Visits:
    """Of one identity: when it entered since the window began, and when it was sent away."""

    entered: list[float] = field(default_factory=list)
    times: int = 0
    until: float = 0
    back: float = 0
    forbidden: dict[str, Restriction] = field(default_factory=dict)
    forget_at: float = FOREVER

    def wait(self, now: float) -> bool:
        return now < self.until or (len(self.entered) >= 10 and now < self.entered[0] + 60)

    def enter(self, now: float) -> None:
        begun = self.entered if self.entered and now < self.entered[0] + 60 else []
        self.entered = [*begun, now]
        self.forget_at = now + 1800

    def leave(self, now: float, record: Record) -> None:
        self.forbidden = forbidden(record)
        if self.forbidden:
            self.forget_at = now + 1800

    def lose(self, now: float) -> None:
        self.back = now + 300
        self.forget_at = now + 1800

    def send_away(self, now: float) -> None:
        self.until = now + min(60 * 2**self.times, 900)
        self.back = 0
        self.times += 1
        self.forget_at = now + 1800


@dataclass
class Model:
    """What is known of one room. ``announced`` are the ids that were told to be gone."""

    now: float = 0
    epoch: str | None = None
    version: int = 0
    settings: RoomSettings = UNKNOWN
    seats: dict[str, Seat] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    verdicts: dict[str, str] = field(default_factory=dict)
    visits: dict[str, Visits] = field(default_factory=dict)
    recalled: bool = False
    breakouts: Breakouts = NONE
    hosted: bool = False
    came: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def count(self, state: str) -> int:
        return len([seat for seat in self.seats.values() if seat.record.state == state])

    def inherited(self, record: Record) -> dict[str, Restriction]:
        if record.role in {"owner", "host"}:
            return {}
        found = dict(self.visit(record.identity).forbidden)
        for seat in self.seats.values():
            found |= forbidden(seat.record) if seat.record.identity == record.identity else {}
        return found

    def waiting(self, prefix: str) -> int:
        return len([seat for seat in self.seats.values() if (seat.record.state, seat.record.prefix) == ("waiting", prefix)])

    def follow(self, settings: RoomSettings) -> bool:
        """Whether anything but the version is another."""
        if settings.version < self.settings.version:
            return False
        before, self.settings = self.settings, settings
        return replace(before, version=settings.version) != settings

    def open(self, settings: RoomSettings) -> None:
        if self.follow(settings) and self.seats:
            self.version += 1

    def late_place(self, record: Record) -> str:
        if self.breakouts.late == "main" or record.role in {"owner", "host"}:
            return ""
        there = [seat.record.place for seat in self.seats.values() if seat.record.state == "present"]
        return min((room.id for room in self.breakouts.rooms), key=there.count, default="")

    def visit(self, identity: str) -> Visits:
        known = self.visits.get(identity)
        if known is None or known.forget_at <= self.now:
            self.visits[identity] = Visits()
        return self.visits[identity]

    def places(self, identity: str) -> list[Record]:
        return [seat.record for seat in self.seats.values() if seat.record.identity == identity]

    def crowds(self, identity: str, state: str) -> bool:
        knocks = [record for record in self.places(identity) if (record.state, record.link) == ("waiting", "attached")]
        return len(self.places(identity)) >= 3 or (state == "waiting" and bool(knocks))

    def lobby_holds(self, record: Record) -> bool:
        rules = self.settings
        if (rules.opens == "host" and self.hosted) or (rules.opens == "time" and BEGINNING + self.now >= rules.opens_at):
            return False
        stranger = record.role == "guest"
        held = {
            "nobody": False,
            "guests": stranger and record.identity.startswith("guest:"),
            "nonmembers": stranger,
            "nonhosts": stranger or record.role == "member",
        }
        return held[rules.waits]

    def notice_hosts(self) -> None:
        roles = {seat.record.role for seat in self.seats.values() if seat.record.state == "present"}
        self.hosted = bool(roles) and (self.hosted or bool(roles & {"owner", "host"}))

    def absent(self) -> list[str]:
        return [name for name in self.gone if name not in self.seats]

    def workers(self, *others: str) -> list[str]:
        attached = {seat.record.worker for seat in self.seats.values() if seat.record.link == "attached"}
        return sorted(attached.union(others))


somebody = precondition(lambda self: self.model.seats)
many = precondition(lambda self: len(self.model.seats) > 3)


class RosterMachine(RuleBasedStateMachine):
    def __init__(self, stage: MemoryStage | RedisStage) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stage = stage
        self.roster = self.stage.roster
        self.model = Model()
        self.serial = 0

    def teardown(self) -> None:
        self.await_(self.roster.close())
        self.stage.close()
        self.loop.close()

    def await_(self, operation: Awaitable[T]) -> T:
        return self.loop.run_until_complete(self._outcome(operation))

    async def _outcome(self, operation: Awaitable[T]) -> T:
        return await operation

    def refusal(self, operation: Awaitable[Any]) -> str:
        with pytest.raises(Refusal) as caught:
            self.await_(operation)
        return caught.value.code

    def pick(self, pick: int) -> Seat:
        seats = list(self.model.seats.values())
        return seats[pick % len(seats)]

    def fresh(self) -> str:
        self.serial += 1
        return f"t{self.serial}"

    # What a change must say

    def changed(
        self,
        change: Change | None,
        record: Record | None,
        *others: str,
        reason: LeaveReason | None = None,
        settings: RoomSettings | None = None,
        breakouts: Breakouts | None = None,
        moves: dict[str, str] | None = None,
        words: str = "",
    ) -> None:
        assert change
        self.model.version += 1
        self.model.notice_hosts()
        self.model.epoch = self.model.epoch or change.epoch
        before = [record.worker] if record else []
        assert change == Change(
            room=ROOM,
            epoch=self.model.epoch,
            version=self.model.version,
            record=record,
            workers=self.model.workers(*before, *others),
            reason=reason,
            settings=settings,
            breakouts=breakouts,
            moves=moves or {},
            words=words,
        )

    def removed(self, change: Change | None, id: str, reason: LeaveReason, words: str = "") -> None:
        seat = self.model.seats.pop(id)
        self.model.breakouts = self.model.breakouts if self.model.seats else NONE
        self.model.gone.append(id)
        if reason in VERDICTS:
            self.model.verdicts[id] = reason
        self.model.visit(seat.record.identity).leave(self.model.now, seat.record)
        if reason in {"removed", "denied"} and seat.record.role in {"member", "guest"}:
            self.model.visit(seat.record.identity).send_away(self.model.now)
        if reason == "timeout" and seat.record.state == "present":
            self.model.visit(seat.record.identity).lose(self.model.now)
        self.changed(change, seat.record, reason=reason, words=words)

    def seated(self, entered: Entered, record: Record, *others: str) -> None:
        self.changed(entered.change, record, *others)
        assert entered.snapshot == self.await_(self.roster.snapshot(ROOM))

    # Coming and going

    @rule(
        role=roles,
        identity=identities,
        prefix=prefixes,
        worker=workers,
        settings=settings_of_a_room,
    )
    def enter(self, role: Role, identity: str, prefix: str, worker: str, settings: RoomSettings) -> None:
        model, token = self.model, self.fresh()
        record = person(f"Guest{token}", role=role, identity=identity, worker=worker, id=f"p{token}", prefix=prefix)
        operation = self.roster.enter(ROOM, record, token=token, settings=settings)
        if identity in model.banned:
            assert self.refusal(operation) == "banned"
            return
        if model.visit(identity).wait(model.now):
            assert self.refusal(operation) == "wait"
            return
        model.open(settings)
        lobby = model.lobby_holds(record) and model.now >= model.visit(identity).back
        state: Literal["waiting", "present"] = "waiting" if lobby or (model.settings.locked and role == "guest") else "present"
        if model.crowds(identity, state):
            assert self.refusal(operation) == "devices"
        elif state == "waiting" and prefix and model.waiting(prefix) >= WAITING_PER_PREFIX:
            assert self.refusal(operation) == "crowded"
        elif model.count(state) >= (WAITING_CAPACITY if state == "waiting" else model.settings.capacity):
            assert self.refusal(operation) == "full"
        else:
            entered = self.await_(operation)
            place = model.late_place(record) if state == "present" else ""
            record = replace(record, state=state, lobby=lobby, place=place, restrictions=model.inherited(record))
            model.visit(identity).enter(model.now)
            model.seats[record.id] = Seat(record, [token], model.now + LEASE_SECONDS)
            model.came.append(record.id)
            self.seated(entered, record)

    @somebody
    @rule(
        pick=picks,
        which=st.sampled_from([0, 1, 2]),
        stolen=st.booleans(),
        worker=workers,
        role=roles,
        renamed=st.booleans(),
        settings=settings_of_a_room,
    )
    def resume(self, pick: int, which: int, stolen: bool, worker: str, role: Role, renamed: bool, settings: RoomSettings) -> None:
        seat = self.pick(pick)
        before, fresh = seat.record, self.fresh()
        token = seat.tokens[which] if which < len(seat.tokens) else "forged"
        name = f"Name{fresh}" if renamed else ""
        identity = "user:thief" if stolen else before.identity
        operation = self.roster.resume(
            ROOM,
            before.id,
            identity=identity,
            token=token,
            fresh=fresh,
            worker=worker,
            role=role,
            name=name,
            prefix="198.51.100.0",
            settings=settings,
        )
        if stolen or token == "forged":
            assert self.refusal(operation) == "expired"
            return
        entered = self.await_(operation)
        self.model.open(settings)
        seat.record = replace(
            before,
            worker=worker,
            role=role,
            restrictions=kept_from(before, role),
            name=name or before.name,
            link="attached",
            generation=before.generation + 1,
            prefix="198.51.100.0",
        )
        seat.tokens, seat.deadline, seat.closed = [fresh, token], self.model.now + LEASE_SECONDS, False
        self.seated(entered, seat.record, before.worker)

    @somebody
    @rule(pick=picks, older=st.sampled_from([0, 0, 1]), grace=graces)
    def detach(self, pick: int, older: int, grace: int) -> None:
        seat = self.pick(pick)
        change = self.await_(self.roster.detach(ROOM, seat.record.id, seat.record.generation - older, grace))
        if older or seat.closed:
            assert change is None
            return
        visible = seat.record.link == "attached"
        seat.record = replace(seat.record, link="detached")
        seat.deadline, seat.closed = self.model.now + grace, True
        if visible:
            self.changed(change, seat.record)
        else:
            assert change is None

    @somebody
    @rule(pick=picks, older=st.sampled_from([0, 0, 1, None]), reason=st.sampled_from(["left", "denied", "removed"]))
    def leave(self, pick: int, older: int | None, reason: LeaveReason) -> None:
        seat = self.pick(pick)
        generation = None if older is None else seat.record.generation - older
        change = self.await_(self.roster.leave(ROOM, seat.record.id, generation, reason))
        if older:
            assert change is None
        else:
            self.removed(change, seat.record.id, reason)

    @precondition(lambda self: self.model.absent())
    @rule(pick=picks)
    def leave_twice(self, pick: int) -> None:
        absent = self.model.absent()
        gone = absent[pick % len(absent)]
        assert self.await_(self.roster.leave(ROOM, gone, None, "left")) is None
        again = self.roster.resume(
            ROOM,
            gone,
            identity="user:1",
            token=gone[1:],
            fresh="x",
            worker="w1",
            role="guest",
            name="",
            prefix="",
            settings=rules(),
        )
        assert self.refusal(again) == self.model.verdicts.get(gone, "expired")

    # Hosting

    @somebody
    @rule(pick=picks)
    def admit(self, pick: int) -> None:
        seat = self.pick(pick)
        operation = self.roster.admit(ROOM, seat.record.id)
        if seat.record.state == "present":
            assert self.await_(operation) is None
        elif self.model.count("present") >= self.model.settings.capacity:
            assert self.refusal(operation) == "full"
        else:
            self.let_in(self.await_(operation), seat)

    def let_in(self, change: Change | None, seat: Seat) -> None:
        seat.record = replace(seat.record, state="present", lobby=False, note="", place=self.model.late_place(seat.record))
        self.changed(change, seat.record)

    @somebody
    @rule()
    def release(self) -> None:
        model = self.model
        changes = self.await_(self.roster.release(ROOM))
        wait = [seat for seat in model.seats.values() if seat.record.lobby and seat.record.link == "attached"]
        free = [] if model.settings.locked else [seat for seat in wait if not model.lobby_holds(seat.record)]
        seats = max(0, model.settings.capacity - model.count("present"))
        for change, seat in zip(changes, free[:seats], strict=True):
            self.let_in(change, seat)

    @somebody
    @rule(pick=picks, words=st.sampled_from(["", "Not today", "denied full 7"]))
    def deny(self, pick: int, words: str) -> None:
        seat = self.pick(pick)
        change = self.await_(self.roster.deny(ROOM, seat.record.id, words))
        if seat.record.state == "waiting":
            self.removed(change, seat.record.id, "denied", words)
        else:
            assert change is None

    @somebody
    @rule(pick=picks, text=st.sampled_from(["", "It is me", "“Zoë” 🦊"]))
    def note(self, pick: int, text: str) -> None:
        seat = self.pick(pick)
        change = self.await_(self.roster.note(ROOM, seat.record.id, text))
        if seat.record.state == "waiting" and seat.record.note != text:
            seat.record = replace(seat.record, note=text)
            self.changed(change, seat.record)
        else:
            assert change is None

    @somebody
    @rule(pick=picks, name=st.sampled_from([None, "Dave", "Zoë"]), role=st.none() | roles)
    def update(self, pick: int, name: str | None, role: Role | None) -> None:
        seat = self.pick(pick)
        now = role or seat.record.role
        after = replace(seat.record, name=name or seat.record.name, role=now, restrictions=kept_from(seat.record, now))
        change = self.await_(self.roster.update(ROOM, seat.record.id, name=name, role=role))
        if after == seat.record:
            assert change is None
        else:
            seat.record = after
            self.changed(change, after)

    @somebody
    @rule(pick=picks, raised=st.booleans())
    def hand(self, pick: int, raised: bool) -> None:
        seat = self.pick(pick)
        highest = max(one.record.hand for one in self.model.seats.values())
        change = self.await_(self.roster.hand(ROOM, seat.record.id, raised=raised))
        if seat.record.state == "waiting" or (seat.record.hand > 0) == raised:
            assert change is None
            return
        assert change and change.record
        assert change.record.hand > highest if raised else change.record.hand == 0
        seat.record = replace(seat.record, hand=change.record.hand)
        self.changed(change, seat.record)

    @many
    @rule()
    def lower_hands(self) -> None:
        changes = self.await_(self.roster.lower_hands(ROOM))
        raised = [seat for seat in self.model.seats.values() if seat.record.hand]
        for seat, change in zip(raised, changes, strict=True):
            seat.record = replace(seat.record, hand=0)
            self.changed(change, seat.record)

    # Breakout rooms

    @many
    @rule(pick=picks, place=places, late=st.sampled_from(["main", "even"]))
    def divide(self, pick: int, place: str, late: Late) -> None:
        model, named = self.model, self.pick(pick).record.id
        offered = Breakouts(rooms=[Breakout(id="red", name="Red"), Breakout(id="blue", name="Blue")], late=late)
        change = self.await_(self.roster.divide(ROOM, offered, {named: place}, seconds=0))
        if model.breakouts.rooms:
            assert change is None
            return
        moves: dict[str, str] = {}
        model.breakouts = offered
        for seat in model.seats.values():
            if seat.record.state == "present":
                where = place if seat.record.id == named else model.late_place(seat.record)
                seat.record = replace(seat.record, place=where)
                moves |= {seat.record.id: where} if where else {}
        self.changed(change, None, breakouts=offered, moves=moves)

    @somebody
    @rule(pick=picks, place=places)
    def move(self, pick: int, place: str) -> None:
        seat = self.pick(pick)
        change = self.await_(self.roster.move(ROOM, seat.record.id, place))
        if seat.record.state == "waiting" or seat.record.place == place or not self.model.breakouts.has(place):
            assert change is None
        else:
            seat.record = replace(seat.record, place=place, help=False)
            self.changed(change, seat.record)

    @somebody
    @rule(pick=picks, asked=st.booleans())
    def help(self, pick: int, asked: bool) -> None:
        seat = self.pick(pick)
        change = self.await_(self.roster.help(ROOM, seat.record.id, asked=asked))
        if seat.record.state == "waiting" or seat.record.help == asked or not self.model.breakouts.rooms:
            assert change is None
        else:
            seat.record = replace(seat.record, help=asked)
            self.changed(change, seat.record)

    @many
    @rule()
    def gather(self) -> None:
        change = self.await_(self.roster.gather(ROOM, seconds=0))
        if not self.model.breakouts.rooms:
            assert change is None
            return
        moves = {seat.record.id: "" for seat in self.model.seats.values() if seat.record.place}
        for seat in self.model.seats.values():
            seat.record = replace(seat.record, place="", help=False)
        self.model.breakouts = NONE
        self.changed(change, None, breakouts=NONE, moves=moves)

    @many
    @rule(picked=st.lists(picks, max_size=3), use=uses, how=st.sampled_from([None, "stopped", "forbidden"]), host=st.booleans())
    def restrict(self, picked: list[int], use: Use, how: Restriction | None, host: bool) -> None:
        """Without ``how``, free them."""
        ids = {self.pick(pick).record.id for pick in picked}
        free, restrict = self.roster.free, self.roster.restrict
        changes = iter(self.await_(restrict(ROOM, ids, use, how) if how else free(ROOM, ids, use, forbidden=host)))
        for seat in (self.model.seats[one] for one in self.model.came if one in self.model.seats):
            if seat.record.id not in ids or seat.record.state == "waiting":
                continue
            before = seat.record.restrictions.get(use)
            if before == how or (before == "forbidden" and (how == "stopped" or (how is None and not host))):
                continue
            others = {key: value for key, value in seat.record.restrictions.items() if key != use}
            seat.record = replace(seat.record, restrictions=others | ({use: how} if how else {}))
            self.changed(next(changes), seat.record)
        assert next(changes, None) is None

    @rule(settings=settings_of_a_room)
    def configure(self, settings: RoomSettings) -> None:
        change = self.await_(self.roster.configure(ROOM, settings))
        if self.model.seats and self.model.follow(settings):
            self.changed(change, None, settings=settings)
        else:
            assert change is None

    @many
    @rule(pick=picks)
    def ban(self, pick: int) -> None:
        identity = self.pick(pick).record.identity
        changes = self.await_(self.roster.ban(ROOM, identity))
        self.model.banned.add(identity)
        theirs = [seat for seat in self.model.seats.values() if seat.record.identity == identity]
        for seat, change in zip(theirs, changes, strict=True):
            self.removed(change, seat.record.id, "removed")

    @rule(identity=identities)
    def unban(self, identity: str) -> None:
        self.await_(self.roster.unban(ROOM, identity))
        self.model.banned.discard(identity)
        self.model.visits.pop(identity, None)

    @many
    @rule()
    def end(self) -> None:
        changes = self.await_(self.roster.end(ROOM))
        for seat, change in zip(list(self.model.seats.values()), changes, strict=True):
            self.removed(change, seat.record.id, "ended")

    # Time

    @rule(seconds=st.sampled_from([1, 4, 5, 11, 12, 15, 60]), reaped=st.booleans())
    def advance(self, seconds: int, reaped: bool) -> None:
        self.stage.advance(seconds)
        self.model.now += seconds
        if reaped:
            self.reap()

    @rule(worker=workers, newer=st.sampled_from([0, 0, 0, -1, 1]))
    def renew(self, worker: str, newer: int) -> None:
        held = [seat for seat in self.model.seats.values() if seat.record.worker == worker]
        leases = [Lease(room=ROOM, id=seat.record.id, generation=seat.record.generation + newer) for seat in held]
        renewals = self.await_(self.roster.renew(leases))
        expected = [self.renewed(seat, newer) for seat in held]
        assert [renewal.outcome for renewal in renewals] == expected
        assert {renewal.version for renewal in renewals} <= {self.model.version}
        assert {renewal.epoch for renewal in renewals} <= {self.model.epoch}

    def renewed(self, seat: Seat, newer: int) -> str:
        if newer > 0:
            return "unknown"
        if newer < 0 or seat.closed:
            return "fenced"
        if seat.record.link == "detached":
            seat.record = replace(seat.record, link="attached")
            self.model.version += 1
        seat.deadline = self.model.now + LEASE_SECONDS
        return "ok"

    def reap(self) -> None:
        changes = self.await_(self.roster.reap(ROOM))
        overdue = [seat for seat in self.model.seats.values() if seat.deadline <= self.model.now]
        for seat, change in zip(overdue, changes, strict=True):
            if seat.record.link == "detached":
                self.removed(change, seat.record.id, "timeout")
            else:
                seat.record = replace(seat.record, link="detached")
                seat.deadline = self.model.now + GRACE_SECONDS
                self.changed(change, seat.record)

    # Putting back

    @somebody
    @rule(pick=picks, newer=st.sampled_from([-1, 0, 0, 1]), worker=workers, settings=settings_of_a_room)
    def restore(self, pick: int, newer: int, worker: str, settings: RoomSettings) -> None:
        seat, model = self.pick(pick), self.model
        record = replace(seat.record, generation=seat.record.generation + newer, worker=worker, link="attached")
        operation = self.roster.restore(ROOM, record, token="restored", settings=settings)
        model.open(settings)
        if newer < 0:
            assert self.refusal(operation) == "expired"
        elif newer == 0:
            assert self.await_(operation).change.version == model.version
        else:
            before = seat.record.worker
            entered = self.await_(operation)
            model.seats[record.id] = Seat(record, ["restored"], model.now + LEASE_SECONDS)
            self.seated(entered, record, before)

    @precondition(lambda self: self.model.absent())
    @rule(pick=picks, settings=settings_of_a_room)
    def restore_after_loss(self, pick: int, settings: RoomSettings) -> None:
        model, absent = self.model, self.model.absent()
        record = person("Lost", id=absent[pick % len(absent)], identity="user:lost")
        operation = self.roster.restore(ROOM, record, token="restored", settings=settings)
        if record.id in model.verdicts:
            assert self.refusal(operation) == model.verdicts[record.id]
            return
        if record.identity in model.banned:
            assert self.refusal(operation) == "banned"
            return
        entered = self.await_(operation)
        model.open(settings)
        model.seats[record.id] = Seat(record, ["restored"], model.now + LEASE_SECONDS)
        model.came.append(record.id)
        self.seated(entered, record)

    @rule(pick=picks, kept=picks, generation=st.integers(1, 4), worker=workers, settings=settings_of_a_room)
    def reclaim(self, pick: int, kept: int, generation: int, worker: str, settings: RoomSettings) -> None:
        """Somebody the store may have lost, or have with another token; with the first of them, a place is kept for another."""
        model, token, fresh = self.model, self.fresh(), self.fresh()
        lost = [name for name in model.gone if name not in model.seats]
        ids = [*model.seats, *lost] or ["lost"]
        back, other = ids[pick % len(ids)], person("Other", id=ids[kept % len(ids)], identity="user:other", worker=worker)
        seat = model.seats.get(back)
        record = person("Back", id=back, identity="user:back", worker=worker)
        operation = self.roster.reclaim(
            ROOM,
            replace(record, generation=generation),
            epoch="lost",
            token=token,
            fresh=fresh,
            others=[other],
            settings=settings,
        )
        refused = model.verdicts.get(back) or ("banned" if record.identity in model.banned else "")
        if refused or (seat is not None and seat.record.generation > generation):
            assert self.refusal(operation) == (refused or "expired")
            return
        entered = self.await_(operation)
        model.open(settings)
        barred = other.identity in model.banned or other.id in model.verdicts
        if not model.recalled and not barred and other.id not in model.seats:
            model.version += 1
            self.keep(replace(other, generation=0, link="detached"), [], LEASE_SECONDS + GRACE_SECONDS, closed=True)
        model.recalled, before = True, model.seats.get(back)
        known = before.record if before else replace(record, generation=0)
        fields = {"hand": known.hand, "place": known.place, "help": known.help, "restrictions": known.restrictions}
        record = replace(record, generation=max(generation, known.generation) + 1, **fields)
        self.keep(record, [fresh, token], LEASE_SECONDS)
        self.seated(entered, record, *([before.record.worker] if before else []))

    def keep(self, record: Record, tokens: list[str], seconds: float, *, closed: bool = False) -> None:
        if record.id not in self.model.seats:
            self.model.came.append(record.id)
        self.model.seats[record.id] = Seat(record, tokens, self.model.now + seconds, closed)

    # What always holds

    @invariant()
    def the_room_is_as_the_model_has_it(self) -> None:
        snapshot = self.await_(self.roster.snapshot(ROOM))
        if not self.model.seats:
            assert snapshot is None
            return
        assert snapshot
        assert (snapshot.epoch, snapshot.version, snapshot.settings) == (
            self.model.epoch,
            self.model.version,
            self.model.settings,
        )
        assert snapshot.people == [seat.record for seat in self.model.seats.values()]
        assert snapshot.verdicts == self.model.verdicts
        assert snapshot.breakouts == self.model.breakouts
        assert self.await_(self.roster.rooms()) == [ROOM]

    @invariant()
    def everybody_who_came_is_here_or_was_announced_once(self) -> None:
        assert sorted(self.model.came) == sorted([*self.model.gone, *self.model.seats])


def run(make: Callable[[], MemoryStage | RedisStage], examples: int) -> None:
    class Machine(RosterMachine):
        def __init__(self) -> None:
            super().__init__(make())

    limits = settings(
        max_examples=examples,
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(Machine, settings=limits)


def test_the_memory_roster_follows_the_model() -> None:
    run(lambda: MemoryStage(linger_seconds=FOREVER), 200)


def test_the_redis_roster_follows_the_model(redis_url: str) -> None:
    run(lambda: RedisStage(redis_url, linger_seconds=FOREVER), 100)
