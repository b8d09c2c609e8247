"""History, written behind the meeting's back: one thread per worker, in the order things happened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Protocol

from django.db import close_old_connections

from signaling.roster.base import Change, Record, Role

logger = logging.getLogger(__name__)


class History(Protocol):
    """``rooms.history``."""

    def joined(self, room_id: str, participant: str, identity: str, name: str, role: Role, *, at: datetime | None) -> None: ...
    def left(self, room_id: str, participant: str, reason: str, *, at: datetime | None) -> None: ...
    def seen(self, room_ids: Sequence[str], *, at: datetime | None) -> None: ...
    def reconcile(self, live: Mapping[str, Set[str]], *, at: datetime | None) -> None: ...
    def banned(self, room_id: str, identity: str, name: str, by: str) -> None: ...
    def audit(self, room_id: str, action: str, by: str, name: str, target: str) -> None: ...


class Journal:
    """Queues the writes of one worker. What fails is logged; :meth:`retry` and :meth:`reconcile` put attendance right later."""

    def __init__(self, history: History, now: Callable[[], datetime]) -> None:
        self._history = history
        self._now = now
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        # Who joined and when, of those not written yet, by room and id. Touched in the thread only.
        self._owed: dict[tuple[str, str], tuple[Record, datetime]] = {}

    def joined(self, room: str, record: Record) -> None:
        """A participant is present."""
        at = self._now()
        self._write(lambda: self._join(room, record, at))

    def left(self, change: Change) -> None:
        """A change after which a participant may be gone; nothing is written for others, or for one who only waited."""
        record, reason, at = change.record, change.reason, self._now()
        if record is not None and reason is not None and record.state == "present":
            self._write(lambda: self._pay(change.room, record.id))
            self._write(lambda: self._history.left(change.room, record.id, reason, at=at))

    def retry(self) -> None:
        """Write the joins that could not be written when they happened."""
        self._write(self._pay_all)

    def seen(self, rooms: Sequence[str]) -> None:
        at = self._now()
        self._write(lambda: self._history.seen(rooms, at=at))

    def reconcile(self, live: Mapping[str, Set[str]]) -> None:
        at = self._now()
        self._write(lambda: self._history.reconcile(live, at=at))

    def banned(self, room: str, target: Record, by: Record) -> None:
        self._write(lambda: self._history.banned(room, target.identity, target.name, by.identity))

    def audit(self, room: str, action: str, by: Record, target: Record) -> None:
        """A host did something to somebody. ``action`` is one of ``rooms.models.AuditEntry.Action``."""
        self._write(lambda: self._history.audit(room, action, by.identity, by.name, target.name))

    def flush(self) -> Future[None]:
        """Done when everything queued so far is written."""
        return self._thread.submit(lambda: None)

    def close(self) -> None:
        """Write what is queued, then stop. Blocks."""
        self._thread.shutdown(wait=True)

    def _join(self, room: str, record: Record, at: datetime) -> None:
        self._owed.setdefault((room, record.id), (record, at))
        self._pay(room, record.id)

    def _pay(self, room: str, id: str) -> None:
        if (owed := self._owed.get((room, id))) is not None:
            record, at = owed
            self._history.joined(room, id, record.identity, record.name, record.role, at=at)
            del self._owed[room, id]

    def _pay_all(self) -> None:
        for key in [*self._owed]:
            _attempt(partial(self._pay, *key))

    def _write(self, entry: Callable[[], None]) -> None:
        self._thread.submit(_attempt, entry)


def _attempt(entry: Callable[[], None]) -> None:
    close_old_connections()
    try:
        entry()
    except Exception:
        logger.exception("History was not written")
    finally:
        close_old_connections()
