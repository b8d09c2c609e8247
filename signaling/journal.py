"""History, written behind the meeting's back: one thread per worker, in the order things happened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Final, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from signaling.permissions import Actor
from signaling.ports import Past
from signaling.roster.base import Change, LeaveReason, Record, Role, Verdict

logger = logging.getLogger(__name__)

AWAY: Final = (InterfaceError, OperationalError)
MOST_OWED: Final = 1000

T = TypeVar("T")


class History(Protocol):
    """``rooms.history``."""

    def joined(self, room_id: str, participant: str, identity: str, name: str, role: Role, *, at: Combinable) -> None: ...
    def left(self, room_id: str, participant: str, reason: str, *, at: Combinable) -> None: ...
    def dismissed(self, room_id: str, participant: str, verdict: Verdict, *, at: Combinable) -> None: ...
    def recall(self, room_id: str, participant: str, *, at: Combinable) -> Past: ...
    def seen(self, room_ids: Sequence[str], *, at: Combinable) -> None: ...
    def reconcile(self, live: Mapping[str, Set[str]], *, at: Combinable) -> None: ...
    def banned(self, room_id: str, by: Actor, identity: str, name: str) -> None: ...
    def audit(self, room_id: str, by: Actor, action: str, target: str) -> None: ...


class Journal:
    """Queues the writes of one worker. What fails is logged; :meth:`retry` and :meth:`reconcile` put attendance right later.

    ``clock`` is monotonic. It says how long ago something was when it is written by the clock of the database.
    """

    def __init__(self, history: History, clock: Callable[[], float]) -> None:
        self._history = history
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        # Who joined and when, of those not written yet, by room and id. Touched in the thread only.
        self._owed: dict[tuple[str, str], tuple[Record, float]] = {}
        self._retry: Future[None] | None = None

    def joined(self, room: str, record: Record) -> None:
        """A participant is present."""
        since = self._clock()
        self._write(lambda: self._join(room, record, since))

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
        since = self._clock()
        self._write(lambda: self._history.dismissed(room, id, verdict, at=self._ago(since)))

    def recall(self, room: str, id: str) -> Future[Past]:
        """What is written of a participant, after all that was queued before."""
        since = self._clock()
        return self._thread.submit(_connected, lambda: self._history.recall(room, id, at=self._ago(since)))

    def gone(self, room: str, id: str, reason: LeaveReason = "left") -> None:
        """A participant is gone. Changes nothing where that is written already, or where they were never present."""
        since = self._clock()
        self._write(lambda: self._pay(room, id))
        self._write(lambda: self._history.left(room, id, reason, at=self._ago(since)))

    def retry(self) -> None:
        """Write the joins that could not be written when they happened, unless that is about to happen."""
        if self._retry is None or self._retry.done():
            self._retry = self._write(self._pay_all)

    def seen(self, rooms: Sequence[str]) -> None:
        since = self._clock()
        self._write(lambda: self._history.seen(rooms, at=self._ago(since)))

    def reconcile(self, live: Mapping[str, Set[str]]) -> None:
        since = self._clock()
        self._write(lambda: self._history.reconcile(live, at=self._ago(since)))

    def banned(self, room: str, by: Actor, target: Record) -> Future[None]:
        """Somebody is kept out. Done when that is written; fails when it cannot be."""
        return self._thread.submit(_connected, lambda: self._history.banned(room, by, target.identity, target.name))

    def audit(self, room: str, by: Actor, action: str, target: Record) -> None:
        """Somebody did something to somebody. ``action`` is one of ``rooms.models.AuditEntry.Action``."""
        self._write(lambda: self._history.audit(room, by, action, target.name))

    def flush(self) -> Future[None]:
        """Done when everything queued so far is written."""
        return self._thread.submit(lambda: None)

    def close(self) -> None:
        """Write what is queued, then stop. Blocks."""
        self._thread.shutdown(wait=True)

    def _ago(self, since: float) -> Combinable:
        """A moment of this clock, by the database's."""
        return Now() - timedelta(seconds=self._clock() - since)

    def _join(self, room: str, record: Record, since: float) -> None:
        self._owed.setdefault((room, record.id), (record, since))
        if len(self._owed) > MOST_OWED:
            del self._owed[next(iter(self._owed))]
            logger.warning("The database has been away for too long: a join is not in history")
        self._pay(room, record.id)

    def _pay(self, room: str, id: str) -> None:
        """What the database refuses is dropped; it stays owed while the database is away. Raises what went wrong."""
        if (owed := self._owed.pop((room, id), None)) is not None:
            record, since = owed
            try:
                self._history.joined(room, id, record.identity, record.name, record.role, at=self._ago(since))
            except AWAY:
                self._owed[room, id] = owed
                raise

    def _pay_all(self) -> None:
        """To the first that shows that the database is still away: each may take as long as a connection may."""
        for key in [*self._owed]:
            try:
                self._pay(*key)
            except AWAY:
                raise
            except Exception:
                logger.exception("History was not written")

    def _write(self, entry: Callable[[], None]) -> Future[None]:
        return self._thread.submit(_attempt, entry)


def _attempt(entry: Callable[[], None]) -> None:
    try:
        _connected(entry)
    except Exception:
        logger.exception("History was not written")


def _connected(do: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return do()
    finally:
        close_old_connections()
