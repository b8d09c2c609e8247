"""The roster: who is present or waiting in each room, and on which worker.

One contract, two stores: ``memory.py`` (embedded, one process) and ``redis.py`` (one Lua script per operation). Both
pass ``tests/signaling/roster/``. Every operation is atomic for its room. Time is the store's own clock, never a worker's
(``docs/architecture.md``, rule 3: absence is decided once, by one clock).

A room has an *epoch*, which is new whenever its data was lost, and a *version*, which rises by one with every change. A
store that went back to an older state (a replica that was behind took over, an old copy was loaded) has lost data, too. A
worker that has seen a later version detects this, and so does Redis itself after it was started anew or a replica took over.

An empty room keeps its epoch, version and bans for ``LINGER_SECONDS``. So a worker that missed the end of a meeting finds
its people gone from a room that the store knows. It does not take the room for lost and restore them.

Leaving deletes the record and raises the version in one step. So exactly one caller gets the :class:`Change` and announces it.

An announcement may be lost or late. So the roster remembers, at least for ``LINGER_SECONDS``, that somebody was removed by a
decision (a *verdict*). Whoever missed the announcement is then not taken for lost, and does not come back.

Breakout rooms are part of their room. Each participant has a *place*: "" is the main room, else the id of a breakout room. So one
step moves everybody, and whatever holds for a participant (lease, hand, verdict, resume) holds wherever they are.

A participant has a *generation*, which rises at every attach. An operation that carries an older generation comes from
a socket that was replaced, and does nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, Protocol, get_args

import msgspec

from signaling.breakouts import NONE, Breakouts
from signaling.digest import Digest, Overview, Reports, Tally
from signaling.protocol.facts import Participant
from signaling.protocol.messages import Report
from signaling.protocol.values import LeaveReason as LeaveReason
from signaling.protocol.values import Link as Link
from signaling.protocol.values import Restriction, Use
from signaling.protocol.values import Role as Role
from signaling.protocol.values import Verdict as Verdict
from signaling.settings import RoomSettings

State = Literal["present", "waiting"]
Outcome = Literal["ok", "fenced", "unknown"] | Verdict

VERDICTS: Final[frozenset[LeaveReason]] = frozenset(get_args(Verdict))

LEASE_SECONDS = 12.0
GRACE_SECONDS = 15.0
CLOSED_GRACE_SECONDS = 5.0
LINGER_SECONDS = 120.0
WAITING_CAPACITY = 40
#: How many people of one network may wait in one room.
WAITING_PER_PREFIX = 20
#: For one identity in one room: places at a time, waiting ones included, and how often it may enter within so many seconds.
PLACES_PER_PERSON = 3
ENTRIES, ENTRIES_SECONDS = 10, 60.0
#: How long a guest or member who was removed or denied cannot enter again: twice as long each time, up to the maximum.
WAIT_SECONDS, WAIT_MOST_SECONDS = 60.0, 900.0
#: Whoever was in the meeting and was lost does not wait in the lobby again for so long.
RETURN_SECONDS = 300.0
#: Visits are forgotten when nothing was added for so long.
VISITS_SECONDS = 1800.0


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One participant. ``identity`` is ``user:<pk>`` or ``guest:<id>``, to which bans apply.

    ``prefix`` is the network it came from last; "" if that is unknown. ``hand`` is 0, or greater than 0 while the hand is raised:
    a hand raised later has a greater number. ``place`` is the breakout room where it is, "" for the main room. ``help``: it asks
    the hosts for help, and there are breakout rooms. ``restrictions`` is what a host keeps it from, by ``Use``; a newer
    release may know more uses. Of somebody who waits, ``lobby`` says whether they enter when the lobby opens, and ``note`` is
    what they let the hosts know.
    """

    id: str
    name: str
    role: Role
    identity: str
    worker: str
    state: State = "present"
    link: Link = "attached"
    generation: int = 1
    prefix: str = ""
    hand: int = 0
    place: str = ""
    help: bool = False
    restrictions: dict[str, Restriction] = {}
    lobby: bool = False
    note: str = ""

    @property
    def participant(self) -> Participant:
        """What the others may see."""
        return Participant(id=self.id, name=self.name, role=self.role, link=self.link)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one room at one version. ``people`` is in order of arrival; ``verdicts`` are those remembered, by id."""

    epoch: str
    version: int
    settings: RoomSettings
    people: list[Record]
    verdicts: dict[str, Verdict] = {}
    breakouts: Breakouts = NONE


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change that the caller must announce.

    ``record`` is the participant after the change (before it, when it left). ``words`` are said to whoever was denied.
    ``workers`` are the workers that have an attached participant of the room after the change, plus the one the record was on:
    whom to tell. A change of ``settings`` is about nobody and has the new ones; a worker of the release before says only that the
    lock is another. A change of the ``breakouts`` has the new ones (those without rooms when they were closed), and in ``moves``
    the place of everybody who was moved, by id.
    """

    room: str
    epoch: str
    version: int
    record: Record | None
    workers: list[str]
    reason: LeaveReason | None = None
    settings: RoomSettings | None = None
    breakouts: Breakouts | None = None
    moves: dict[str, str] = {}
    words: str = ""

    @property
    def complete(self) -> bool:
        """Whether the change has all its values. It has not if a worker of the release before locked the room: then read the
        room.
        """
        return self.record is not None or self.settings is not None or self.breakouts is not None


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to ``enter`` and ``resume``: the change to announce, and the room as it is right after it."""

    change: Change
    snapshot: Snapshot


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker believes it holds. ``epoch`` and ``version`` are those of the room, as far as it knows them."""

    room: str
    id: str
    generation: int
    epoch: str = ""
    version: int = 0


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one :class:`Lease`. ``epoch`` is None and ``version`` 0 when the store does not know the room."""

    lease: Lease
    outcome: Outcome
    epoch: str | None
    version: int


class Refusal(Exception):
    """The roster says no. ``code`` is a refusal code of ``docs/protocol.md`` section 5; ``seconds`` goes with ``wait``."""

    def __init__(self, code: str, seconds: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


class Dismissed(Refusal):
    """The participant was taken out by a decision. ``code`` is the verdict, ``words`` what was said with a denial."""

    def __init__(self, verdict: Verdict, words: str = "") -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self.words = words


class Unreachable(Exception):
    """The store did not answer. Nothing is known about whether the operation took place."""


class Digests(Protocol):
    """Every method may raise :class:`Unreachable`."""

    async def write(self, digest: Digest, counted: Tally) -> None:
        """Replace the digest of a worker, and add what it has counted since."""

    async def write_reports(self, worker: str, rooms: Mapping[str, Reports]) -> None:
        """Replace what the members of a worker reported in these rooms; what is not written again expires with its time."""

    async def read(self) -> Overview:
        """Everything but the reports of single members."""

    async def reports(self, rooms: Sequence[str]) -> list[dict[str, Report]]:
        """What the members of each of these rooms reported, by their ids."""


class Roster(Protocol):
    """Tokens are passed as hashes (hex SHA-256) only; the store never sees a resume token.

    Every method may raise :class:`Unreachable`. ``digests`` are in the same store.
    """

    digests: Digests

    async def enter(self, room: str, record: Record, *, token: str, settings: RoomSettings) -> Entered:
        """Add a participant, attached, lease running.

        ``settings`` are first followed as by :meth:`configure`. Whoever the lock or the lobby holds back gets the state
        ``waiting``, whatever ``record.state`` says, everybody else ``present``. A lock holds guests back. The lobby holds back
        those whom ``settings.waits`` names, unless it is open: at its time, or from the coming of a host until nobody is present.
        It does not hold back an identity that was present and has left by ``timeout`` within ``RETURN_SECONDS``.
        The capacity bounds those present, detached ones included; those waiting are bounded by ``WAITING_CAPACITY``, and
        those of one known ``prefix`` by the roster's ``waiting_per_prefix``.
        Entering again with the same id and token changes nothing, so it can be retried.
        Where breakouts are ``late`` "even", a guest or member who is present goes to the room with the fewest people.
        What is forbidden to another participant of the identity, or was when it left, is so to this one, unless it is a host.
        An identity has ``PLACES_PER_PERSON`` at most, one of them attached and waiting. It waits after it was removed or denied,
        and when it has entered ``ENTRIES`` times within ``ENTRIES_SECONDS``.

        Raises Refusal: ``full``, ``crowded``, ``banned``, ``devices``, ``wait``.
        """

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
        """Attach an existing participant of this identity again: generation + 1, ``fresh`` becomes its token.

        ``settings`` are first followed as by :meth:`configure`.

        With another identity a token changes nothing, and is ``expired`` like a wrong one.
        ``token`` fits when it is the current token or the one before it; the one before is forgotten once the current
        was used.
        Takes over a socket that still looks alive. ``change.workers`` includes the worker it was on before.
        An empty ``name`` keeps the one it had. A new role counts as in :meth:`update`.

        Raises Dismissed; Refusal: ``expired``, ``banned``.
        """

    async def reclaim(
        self, room: str, record: Record, *, epoch: str, token: str, fresh: str, others: list[Record], settings: RoomSettings
    ) -> Entered:
        """Take up the place of a participant that the store has lost, by a token of ``record.generation`` and ``epoch``.

        As :meth:`resume` where ``token`` fits. Else the participant is seated anew, one generation later, without a capacity
        check; a place taken by an older token is replaced. With the first who comes back in an epoch, ``others``, who were there
        too, are seated as ``detached`` of generation 0, with a lease and a grace to come back; those who are there already,
        banned or dismissed are left out. The change is the last of these. Hand, place and help stay if the store has them,
        and so do restrictions.

        Raises Dismissed; Refusal: ``banned``; ``expired`` when the room still has this epoch, so that the participant is not lost
        but gone, or when a later generation is there.
        """

    async def restore(
        self, room: str, record: Record, *, token: str, settings: RoomSettings, breakouts: Breakouts = NONE
    ) -> Entered:
        """Put a live participant back after the store lost its data: no capacity check; keeps id, state and generation.

        ``settings`` are those its worker knows; they are followed as by :meth:`configure`. So are the ``breakouts`` it knows, if
        none have been opened or closed since the room is live. A place that there is no more becomes the main room.

        Idempotent: the change is the room's latest version when it is there already. A lower generation is replaced, and so
        is who still waits there but was let in.

        Raises Dismissed; Refusal: ``expired`` when a later generation is there already, ``banned``.
        """

    async def detach(self, room: str, id: str, generation: int, grace_seconds: float) -> Change | None:
        """The socket is gone: ``detached``, deadline now + grace.

        None if fenced or unknown, or if the reaper had detached it already; then only the deadline changes.
        """

    async def leave(self, room: str, id: str, generation: int | None, reason: LeaveReason) -> Change | None:
        """Delete the participant. ``generation`` None means whichever.

        A guest or member who was ``removed`` or ``denied`` cannot enter again for a while, and ever longer.
        None if fenced or unknown: somebody else announced it.
        """

    async def admit(self, room: str, id: str) -> Change | None:
        """waiting -> present, in a place as after :meth:`enter`. None if not waiting. Raises Refusal ``full``."""

    async def deny(self, room: str, id: str, words: str = "") -> Change | None:
        """Delete somebody who waits, as :meth:`leave` does with ``denied``. None if not waiting.

        ``words`` are remembered as long as the verdict.
        """

    async def release(self, room: str) -> list[Change]:
        """waiting -> present for those who are attached and wait for a lobby that does not hold them back any more.

        In order of arrival, and as long as there are seats. Nobody, while the room is locked. To repeat it does no harm.
        """

    async def note(self, room: str, id: str, text: str) -> Change | None:
        """Set the note of somebody who waits. None if not waiting, or if nothing changes."""

    async def update(self, room: str, id: str, *, name: str | None = None, role: Role | None = None) -> Change | None:
        """Change a name or a role. None if unknown, or if nothing changes. A new host or owner is no longer restricted."""

    async def hand(self, room: str, id: str, *, raised: bool) -> Change | None:
        """Raise or lower the hand of somebody who is present. None if there is nobody, or the hand is already raised or lowered.

        The number of a raised hand is the store's time in milliseconds, and greater than those of the hands that are raised. So
        hands are in the order in which the store learned of them, also after the store was lost and the workers have put their
        people back.
        """

    async def lower_hands(self, room: str) -> list[Change]:
        """Lower every raised hand."""

    async def divide(self, room: str, breakouts: Breakouts, places: Mapping[str, str], *, seconds: int) -> Change | None:
        """Open breakout rooms, and move everybody who is present: to their place in ``places``, else as after :meth:`enter`.

        They end after ``seconds``, if that is not 0, whatever ``ends_at`` says. None if the room is not live, or has some.
        """

    async def move(self, room: str, id: str, place: str) -> Change | None:
        """Move somebody who is present to a breakout room, or to the main room; they ask for help no more.

        None if there is nobody, or no such place (any more), or they are there already.
        """

    async def gather(self, room: str, *, seconds: int | None) -> Change | None:
        """Close the breakout rooms in ``seconds``; with 0 at once: everybody is in the main room.

        With None at once, if their time is over. None if it is not, or there are none.
        """

    async def help(self, room: str, id: str, *, asked: bool) -> Change | None:
        """Ask for help, or no longer. None if there is nobody or no breakout room, or if that changes nothing."""

    async def restrict(self, room: str, ids: Collection[str], use: Use, how: Restriction) -> list[Change]:
        """Keep those of these people who are present from a use. What is ``forbidden`` stays so when it is ``stopped``."""

    async def free(self, room: str, ids: Collection[str], use: Use, *, forbidden: bool) -> list[Change]:
        """Lift the restriction of a use; with ``forbidden`` also what is forbidden, else only what is ``stopped``."""

    async def configure(self, room: str, settings: RoomSettings) -> Change | None:
        """Follow these settings, unless the room has newer ones.

        None if the room is not live, or nothing but the version is another. Where an operation on somebody brings new settings,
        the version of the room rises for these too, and nobody announces it: a worker that misses it reads the room again.
        """

    async def ban(self, room: str, identity: str) -> list[Change]:
        """Refuse this identity while the room is live or lingers, and remove its participants (``removed``)."""

    async def unban(self, room: str, identity: str) -> None:
        """End a :meth:`ban`: this identity may enter again at once. Nobody is informed."""

    async def bans(self, rooms: Collection[str]) -> list[tuple[str, str]]:
        """Who is refused by :meth:`ban`: room and identity."""

    async def end(self, room: str) -> list[Change]:
        """Remove everybody (reason ``ended``)."""

    async def renew(self, leases: list[Lease]) -> list[Renewal]:
        """The heartbeat of a worker: one answer per lease, in order. Extends each lease to now + 12 s.

        A participant that the reaper ``detached``, still of this generation, is attached again (version + 1).
        ``fenced``: its generation is over, by a later one or by :meth:`detach`. A verdict: it was taken out. ``unknown``: it is
        not there and nothing is remembered of it, or an older generation of it is; gone for good if the epoch is the one the
        worker knows, else it wants :meth:`restore`. A room of the lease's epoch that is not yet at the lease's version has an
        older state: it gets a new epoch, before anything is answered.
        """

    async def reap(self, room: str) -> list[Change]:
        """Attached past the lease -> detached with grace (generation kept). Detached past the grace -> ``timeout``."""

    async def snapshot(self, room: str) -> Snapshot | None:
        """None when nobody is there."""

    async def snapshots(self, rooms: Sequence[str]) -> list[Snapshot | None]:
        """:meth:`snapshot` of each, asked for at once."""

    async def occupied(self, rooms: Sequence[str]) -> list[str]:
        """Those of the rooms that have a :meth:`snapshot`: a short question, for many rooms of which few are live."""

    async def rooms(self) -> list[str]:
        """Rooms that may be live. Some may be empty."""

    async def close(self) -> None:
        """Give back connections."""
