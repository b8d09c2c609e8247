"""History, written outside the path of a join: by one thread for each worker, in the order in which things happened."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Final, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import DurationField
from django.db.models.expressions import Combinable, Expression, Value
from django.db.models.functions import Now

from signaling.permissions import Actor
from signaling.ports import Past
from signaling.protocol.values import Restriction
from signaling.roster.base import Change, LeaveReason, Record, Role, Verdict

logger = logging.getLogger(__name__)

AWAY: Final = (InterfaceError, OperationalError)
#: How many entries may wait for the database. Beyond this number the oldest are lost.
MOST_OWED: Final = 10_000

#: ``Now()`` of SQLite is cut to whole milliseconds.
RESOLUTION: Final = 0.001

T = TypeVar("T")
#: A function that writes something, and gets the time at which it happened.
Entry = Callable[[Combinable], None]


class History(Protocol):
    """``rooms.history``."""

    def joined(
        self, room_id: str, participant: str, identity: str, name: str, role: Role, place: str, *, at: Combinable
    ) -> None: ...
    def divided(self, room_id: str, rooms: Mapping[str, str], places: Mapping[str, str], *, at: Combinable) -> None: ...
    def moved(self, room_id: str, participant: str, place: str, *, at: Combinable) -> None: ...
    def left(self, room_id: str, participant: str, reason: str, *, at: Combinable) -> None: ...
    def knocked(self, room_id: str, participant: str, *, at: Combinable) -> None: ...
    def dismissed(self, room_id: str, participant: str, verdict: Verdict, *, at: Combinable) -> None: ...
    def recall(self, room_id: str, participant: str, *, at: Combinable) -> Past: ...
    def seen(self, room_ids: Sequence[str], *, at: Combinable) -> None: ...
    def reconcile(self, live: Mapping[str, Set[str]], *, at: Combinable) -> None: ...
    def banned(self, room_id: str, by: Actor, identity: str, name: str, role: Role, *, at: Combinable) -> None: ...
    def restricted(self, room_id: str, participant: str, restrictions: Mapping[str, Restriction], *, at: Combinable) -> None: ...
    def audit(
        self, room_id: str, by: Actor | None, action: str, target: tuple[str, Role] | None, use: str, *, at: Combinable
    ) -> None: ...


class Age(Value):
    """How long ago it was ``since`` by ``clock``, measured each time a statement is made.

    The functions of ``rooms.history`` wait for a lock first. The statements after it read ``Now()`` when the waiting is over. So
    an age measured before would give a later time to whoever waited longer, and change the order of arrival. (``seen`` takes no
    lock first: on SQLite its time may be late by the waiting.) The age is short by ``RESOLUTION``: nothing gets a time before
    its own.
    """

    def __init__(self, since: float, clock: Callable[[], float]) -> None:
        Expression.__init__(self, output_field=DurationField())
        self._since = since
        self._clock = clock

    @property
    def value(self) -> timedelta:
        return timedelta(seconds=max(0.0, self._clock() - self._since - RESOLUTION))


class Journal:
    """Writes the entries of one worker. While the database is away they wait, with their times, for :meth:`retry`.

    An entry that the database refuses is logged and dropped. ``clock`` is monotonic: it says how long ago something was when it
    is written by the clock of the database.
    """

    def __init__(self, history: History, clock: Callable[[], float]) -> None:
        self._history = history
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        # With the time of each. Added to by the loop, written in the thread.
        self._owed: deque[tuple[float, Entry]] = deque()
        self._away = False
        self._retry: Future[None] | None = None

    def joined(self, room: str, record: Record) -> None:
        """A participant is present."""
        who = record.id, record.identity, record.name, record.role, record.place
        self._write(lambda at: self._history.joined(room, *who, at=at))

    def divided(self, change: Change) -> None:
        """A change of the breakout rooms."""
        if change.breakouts is not None:
            rooms = {one.id: one.name for one in change.breakouts.rooms}
            self._write(lambda at: self._history.divided(change.room, rooms, change.moves, at=at))

    def moved(self, room: str, record: Record) -> None:
        """A participant is in another place."""
        self._write(lambda at: self._history.moved(room, record.id, record.place, at=at))

    def knocked(self, room: str, record: Record) -> None:
        """Somebody waits. This does not wait for the database: what it says is old by then."""
        self._attempt(lambda at: self._history.knocked(room, record.id, at=at))

    def left(self, change: Change) -> None:
        """A change after which a participant may be gone. Of one who only waited, a verdict is written."""
        record, reason = change.record, change.reason
        if record is None or reason is None:
            return
        if record.state == "present":
            self.gone(change.room, record.id, reason)
        elif reason == "removed" or reason == "denied" or reason == "ended":
            self._dismissed(change.room, record.id, reason)

    def _dismissed(self, room: str, id: str, verdict: Verdict) -> None:
        self._write(lambda at: self._history.dismissed(room, id, verdict, at=at))

    def gone(self, room: str, id: str, reason: LeaveReason = "left") -> None:
        """A participant is gone. Changes nothing if that is written already, or if they were never present."""
        self._write(lambda at: self._history.left(room, id, reason, at=at))

    def banned(self, room: str, by: Actor, target: Record) -> None:
        """Somebody is kept out for good."""
        self._write(lambda at: self._history.banned(room, by, target.identity, target.name, target.role, at=at))

    def restricted(self, room: str, record: Record) -> None:
        """What a participant is kept from is another now."""
        self._write(lambda at: self._history.restricted(room, record.id, record.restrictions, at=at))

    def audit(self, room: str, by: Actor | None, action: str, target: Record | None = None, use: str = "") -> None:
        """Somebody did something, to somebody or to the room; it was done ``by`` nobody where time was over. ``action`` is one of
        ``rooms.models.AuditEntry.Action``.
        """
        whom = (target.name, target.role) if target is not None else None
        self._write(lambda at: self._history.audit(room, by, action, whom, use, at=at))

    def recall(self, room: str, id: str) -> Future[Past]:
        """What is written of a participant, after all that was queued before. Fails while the database is away."""
        return self._thread.submit(self._settled, self._clock(), lambda at: self._history.recall(room, id, at=at))

    def seen(self, rooms: Sequence[str]) -> None:
        """These rooms are live now."""
        self._attempt(lambda at: self._history.seen(rooms, at=at))

    def reconcile(self, live: Mapping[str, Set[str]]) -> None:
        """Close the attendance of everybody who is not in ``live``."""
        self._attempt(lambda at: self._history.reconcile(live, at=at))

    def retry(self) -> None:
        """Write what waits, unless a writing is in progress."""
        if self._away and (self._retry is None or self._retry.done()):
            self._retry = self._thread.submit(self._pay)

    def flush(self) -> Future[None]:
        """Return when everything queued so far is written, or waits for the database."""
        return self._thread.submit(lambda: None)

    def close(self) -> None:
        """Write what is queued and what waits, then stop. Blocks."""
        self._thread.submit(self._pay)
        self._thread.shutdown(wait=True)
        if self._owed:
            logger.error("%d entries of history are lost: the database is away", len(self._owed))

    def _write(self, entry: Entry) -> None:
        if len(self._owed) >= MOST_OWED:
            self._owed.popleft()
            logger.warning("The database has been away for too long: an entry of history is lost")
        self._owed.append((self._clock(), entry))
        if not self._away:
            self._thread.submit(self._pay_next)

    def _attempt(self, do: Entry) -> None:
        """Do something that is valid for this moment only. If it fails it is not repeated."""
        self._thread.submit(self._try, self._clock(), do)

    # In the thread

    def _pay_next(self) -> None:
        """Write what waits, in one attempt for all retries that are queued: the first shows whether the database is away."""
        if not self._away:
            self._pay()

    def _pay(self) -> None:
        """Write what waits, up to the first entry that shows that the database is away."""
        while self._owed:
            since, entry = self._owed.popleft()
            try:
                self._connected(since, entry)
            except AWAY as error:
                self._owed.appendleft((since, entry))
                self._turn(away=True, because=error)
                return
            except Exception:
                logger.exception("An entry of history was refused")
            self._turn(away=False)

    def _turn(self, *, away: bool, because: Exception | None = None) -> None:
        if away and not self._away:
            logger.warning("The database is away, history waits: %s", because)
        elif self._away and not away:
            logger.warning("The database is back, history is written")
        self._away = away

    def _settled(self, since: float, do: Callable[[Combinable], T]) -> T:
        """Do something after everything else. Raises what it raises, and OperationalError while something waits."""
        self._pay()
        if self._away:
            raise OperationalError("history waits for the database")
        return self._connected(since, do)

    def _try(self, since: float, do: Entry) -> None:
        try:
            self._settled(since, do)
        except AWAY as error:
            logger.warning("What is true for a moment only is not written: %s", error)
        except Exception:
            logger.exception("What is true for a moment only is not written")

    def _connected(self, since: float, do: Callable[[Combinable], T]) -> T:
        close_old_connections()
        try:
            # Connect first: waiting for a connection may take seconds, and the time would be wrong by that.
            connection.ensure_connection()
            return do(Now() - Age(since, self._clock))
        finally:
            close_old_connections()
