"""The threads that do jobs: beside the server when it is embedded, else in processes of their own (``manage.py run_jobs``)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from django.db import DatabaseError, close_old_connections

from jobs import queue
from jobs.kinds import Hopeless, Kind
from jobs.models import ERROR_LENGTH, Job
from jobs.sealing import unseal

logger = logging.getLogger(__name__)

#: How often a runner looks for jobs that other processes have put, and for those that have become due.
SECONDS: Final = 1.0
#: How long it waits before it asks a database that was away.
AWAY_SECONDS: Final = 3.0
#: How often it prolongs the leases of its jobs.
BEAT_SECONDS: Final = queue.LEASE.total_seconds() / 3


class Lane:
    """Does jobs of some kinds, one after the other. ``held`` has the jobs that are being done."""

    def __init__(self, kinds: Iterable[Kind], over: threading.Event, held: set[int]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._over = over
        self._held = held

    def run(self) -> None:
        """Until the process ends."""
        planned = False
        while not self._over.is_set():
            close_old_connections()
            try:
                if not planned:
                    queue.plan(self._kinds.values())
                    planned = True
                self.work_off()
            except DatabaseError as error:
                logger.warning("Jobs wait for the database: %s", type(error).__name__)
                self._over.wait(AWAY_SECONDS)
            except Exception:
                logger.exception("Jobs could not be taken")
                self._over.wait(AWAY_SECONDS)
            finally:
                close_old_connections()
            if not self._over.is_set():
                queue.wait(SECONDS)

    def work_off(self) -> None:
        """Do all that is due."""
        while not self._over.is_set() and (job := queue.take(self._kinds, self._held.copy())) is not None:
            self._held.add(job.pk)
            try:
                self._write(self._do(job, self._kinds[job.kind]))
            finally:
                self._held.discard(job.pk)

    def _do(self, job: Job, kind: Kind) -> Callable[[], None]:
        """Do a job. Returns what writes the outcome."""
        if job.attempts > 1 and kind.pause(job.attempts - 1) is None:
            # The process ended during its last attempt, perhaps because of it.
            return partial(queue.give_up, job, "the process ended during the last attempt")
        try:
            kind.work(self._over.is_set, **unseal(job.sealed))
        except Exception as error:
            # What other servers do is no fault of ours to look for.
            expected = isinstance(error, (Hopeless, OSError, DatabaseError))
            logger.error("Job %d (%s) failed: %s", job.pk, kind.name, type(error).__name__, exc_info=not expected)
            if isinstance(error, Hopeless) and kind.every is None:
                return partial(queue.refuse, job, _line(str(error)))
            return partial(queue.postpone, job, kind, _line(f"{type(error).__name__}: {error}"))
        return partial(queue.finish, job, kind)

    def _write(self, outcome: Callable[[], None]) -> None:
        """Write what became of a job. While the database is away, wait for it: else the job would be done again."""
        while True:
            try:
                return outcome()
            except DatabaseError as error:
                logger.warning("The outcome of a job waits for the database: %s", type(error).__name__)
                close_old_connections()
                if self._over.wait(AWAY_SECONDS):
                    raise


def _line(text: str) -> str:
    """What every database takes: other servers choose their words."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:ERROR_LENGTH])


class Runner:
    """One thread for jobs that need only the database, ``outside`` for those that wait for other servers, one for leases."""

    def __init__(self, kinds: Iterable[Kind], *, outside: int = 1) -> None:
        kinds = list(kinds)
        self._over, self._ended = threading.Event(), threading.Event()
        self._held: set[int] = set()
        shares = [[kind for kind in kinds if not kind.outside], *[[kind for kind in kinds if kind.outside]] * outside]
        lanes = [Lane(share, self._over, self._held) for share in shares]
        self._lanes = [threading.Thread(target=lane.run, name="jobs", daemon=True) for lane in lanes]
        self._beat = threading.Thread(target=self._prolong, name="leases", daemon=True)

    @property
    def threads(self) -> list[threading.Thread]:
        """Each has a connection to the database."""
        return [*self._lanes, self._beat]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Blocks until the jobs that are being done are done."""
        self._over.set()
        queue.ring()
        for thread in self._lanes:
            thread.join()
        self._ended.set()
        self._beat.join()

    def _prolong(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            if held := self._held.copy():
                close_old_connections()
                try:
                    queue.prolong(held)
                except DatabaseError as error:
                    logger.warning("Leases of jobs wait for the database: %s", type(error).__name__)
                finally:
                    close_old_connections()
