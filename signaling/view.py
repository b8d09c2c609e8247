"""A room as one worker knows it, and those in it whose sockets are here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from signaling.breakouts import NONE
from signaling.permissions import can
from signaling.protocol.facts import BreakoutsFact, Fact, Hands, Lobby, Located, Notice, Queue, Restrictions, RosterFact
from signaling.protocol.messages import Report
from signaling.protocol.wire import Wire
from signaling.roster.base import CLOSED_GRACE_SECONDS, Change, Lease, Record
from signaling.send_queue import SendQueue
from signaling.settings import UNKNOWN


class Member:
    """A participant whose socket is on this worker.

    Its browser was last sent the version ``sent_version`` and, of each kind of fact that is sent again only when it is another,
    the one in ``sent``. Until hands, restrictions, breakouts or a notice are sent, there are none; until a queue is sent,
    there are no lobby and no notes. It was last told that it is in ``told_place``, and that the breakouts end at ``told_end``.
    ``capabilities`` are its browser's. ``greet`` makes its ``welcomed`` or ``waiting`` from the room. ``report`` is the last
    report of its browser on this socket. ``grace_seconds`` is how long its participant may come back once it is gone; None if it
    has left. ``epoch`` is the last in which the store had it. It is ``astray`` while the store has its state from before it was
    admitted.
    """

    def __init__(
        self,
        record: Record,
        *,
        room: str,
        token: str,
        login: str,
        send_queue: SendQueue,
        greet: Callable[[Member], Fact],
        capabilities: Collection[str] = (),
    ) -> None:
        self.id = record.id
        self.identity = record.identity
        self.generation = record.generation
        self.worker = record.worker
        self.state: Literal["waiting", "present", "gone"] = record.state
        self.room = room
        self.token = token
        self.login = login
        self.send_queue = send_queue
        self.greet = greet
        self.sent_version = -1
        self.sent: dict[type[Wire], Wire] = {
            Hands: Hands(ids=[]),
            Restrictions: Restrictions(everyone=[], people={}),
            Queue: Queue(waits="nobody", opens="never", notes={}),
            BreakoutsFact: BreakoutsFact(),
            Notice: Notice(),
        }
        self.told_place = record.place
        self.told_end = 0
        self.takes_breakouts = "breakouts" in capabilities
        self.report: Report | None = None
        self.grace_seconds: float | None = CLOSED_GRACE_SECONDS
        self.epoch = ""
        self.astray = False
        self.view = View(room)

    @property
    def record(self) -> Record | None:
        return self.view.people.get(self.id)

    @property
    def seat(self) -> Record | None:
        """The record to put back into a store that has lost this member."""
        record = self.record
        if record is None:
            return None
        return msgspec.structs.replace(record, link="attached", generation=self.generation, worker=self.worker)

    def gone_for_good(self, epoch: str | None) -> bool:
        """Whether a store of this epoch that does not know the participant has removed it, and not lost it."""
        return epoch == self.epoch or self.view.knows(epoch)

    @property
    def lease(self) -> Lease:
        """The lease that this worker must renew."""
        epoch, version = self.view.epoch, max(0, self.view.version)
        return Lease(room=self.room, id=self.id, generation=self.generation, epoch=epoch, version=version)

    @property
    def place(self) -> str:
        record = self.record
        return record.place if record is not None else ""

    @property
    def hosts(self) -> bool:
        record = self.record
        return record is not None and can(record.role, "admit")


class View:
    """One room as this worker knows it.

    ``settings`` and ``breakouts`` are those of the roster, as far as they are known here. The breakouts end at ``ends`` by this
    worker's clock; None if no time is set. ``early`` are changes that arrived before the one that they follow. While
    ``rebuilding``, the store may not know everybody yet.
    """

    def __init__(self, room: str) -> None:
        self.room = room
        self.epoch = ""
        self.version = -1
        self.settings = UNKNOWN
        self.breakouts = NONE
        self.ends: float | None = None
        self.people: dict[str, Record] = {}
        self.members: dict[str, Member] = {}
        self.early: dict[int, Change] = {}
        self.opening = 0
        self.rebuilding = False

    def find(self, id: str) -> Record | None:
        """The record of somebody who is present, also if only an early change says so."""
        record = self.people.get(id)
        if record is None:
            joined = (change.record for change in self.early.values() if change.reason is None)
            record = next((record for record in joined if record is not None and record.id == id), None)
        return record if record is not None and record.state == "present" else None

    def knows(self, epoch: str | None) -> bool:
        """Whether a store of this epoch has lost nothing that is known here, so that whoever is not in it has left."""
        return epoch == self.epoch and not self.rebuilding

    def present(self) -> list[Record]:
        return [record for record in self.people.values() if record.state == "present"]

    def at(self, place: str) -> list[Record]:
        """Who is present in a place."""
        return [record for record in self.present() if record.place == place]

    def waiting(self) -> list[Record]:
        return [record for record in self.people.values() if record.state == "waiting"]

    def hands(self, place: str) -> list[str]:
        """The ids of those in a place who have raised a hand, in the order of the roster."""
        raised = [record for record in self.at(place) if record.hand]
        return [record.id for record in sorted(raised, key=lambda record: (record.hand, record.id))]

    @property
    def restrictions(self) -> Restrictions:
        people = {record.id: record.restrictions for record in self.present() if record.restrictions}
        return Restrictions(everyone=self.settings.hosts_only.split(), people=people)

    @property
    def hosted(self) -> bool:
        """Whether somebody who may admit people is present, or detached."""
        return any(can(record.role, "admit") for record in self.present())

    def lobby(self, id: str) -> Lobby:
        """What somebody who waits is told."""
        waiting = self.waiting()
        place = next((place for place, record in enumerate(waiting, 1) if record.id == id), len(waiting) + 1)
        opens = self.settings.opens if any(record.id == id and record.lobby for record in waiting) else "never"
        return Lobby(place=place, opens=opens, at=self._opens_at if opens == "time" else UNSET)

    @property
    def queue(self) -> Queue:
        rules = self.settings
        notes = {record.id: record.note for record in self.waiting() if record.note}
        return Queue(waits=rules.waits, opens=rules.opens, notes=notes, at=self._opens_at)

    @property
    def _opens_at(self) -> int | UnsetType:
        return self.settings.opens_at if self.settings.opens == "time" else UNSET

    @property
    def in_lobby(self) -> list[Record]:
        """Those with a socket here whom only a lobby holds back."""
        if self.settings.locked or not any(member.state == "waiting" for member in self.members.values()):
            return []
        return [record for record in self.waiting() if record.lobby and record.id in self.members]

    @property
    def may_release(self) -> bool:
        """Whether the lobby has opened for somebody here, as far as that is known here. The store decides."""
        rules = self.settings
        opened = rules.opens == "host" and self.hosted
        return any(opened or not rules.holds(record.identity, record.role) for record in self.in_lobby)

    def located(self) -> list[Located]:
        """Everybody who is present, and where."""
        asdict = msgspec.structs.asdict
        return [Located(**asdict(one.participant), place=one.place, help=one.help) for one in self.present()]

    def roster(self, *, host: bool, place: str = "") -> RosterFact:
        """The whole roster of a place, as a host or as another participant may know it."""
        return RosterFact(
            epoch=self.epoch,
            version=self.version,
            locked=self.settings.locked,
            participants=[record.participant for record in self.at(place)],
            waiting=[record.participant for record in self.waiting()] if host else [],
        )


def ahead(known: dict[str, Record], stored: dict[str, Record]) -> dict[str, Record]:
    """The people of whom a store that went back to an older state has an older record: on an earlier worker, or waiting."""
    both = [(record, stored[record.id]) for record in known.values() if record.id in stored]
    return {ours.id: ours for ours, theirs in both if _progress(ours) > _progress(theirs)}


def _progress(record: Record) -> tuple[int, bool]:
    return record.generation, record.state == "present"
