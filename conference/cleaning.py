"""Removing what has expired, once an hour, in one of the server's processes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, close_old_connections
from django.db.models import QuerySet
from django.db.models.functions import Now
from redis import RedisError

from accounts import outbox, setup
from accounts.clock import Moment
from rooms import retention

logger = logging.getLogger(__name__)

EVERY_SECONDS: Final = 3600
#: How long a process waits before it asks again, if the cleaning of this hour was done or its stores were away.
ASK_SECONDS: Final = 300
#: Rows of one statement. It locks few rows for a short time, and ends within ``statement_timeout``.
BATCH: Final = 500
CLAIM: Final = "cleaning"


def clean(now: Moment, over: Callable[[], bool] = lambda: False) -> int:
    """Remove what has expired, in batches, until ``over``. Returns how many rows, without those removed by cascades."""
    return sum(_remove(rows, over) for rows in _outdated(now))


def _outdated(now: Moment) -> Iterator[QuerySet[Any]]:
    yield Session.objects.filter(expire_date__lt=now)
    yield setup.outdated(now)
    yield outbox.outdated(now)
    yield from retention.outdated(now)


def _remove(rows: QuerySet[Any], over: Callable[[], bool]) -> int:
    removed = 0
    while not over() and (batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])):
        rows.model._default_manager.filter(pk__in=batch).delete()
        removed += len(batch)
    return removed


def claim() -> bool:
    """Whether this process does the cleaning of this hour. Raises RedisError if it cannot know."""
    return cache.add(CLAIM, 1, EVERY_SECONDS)


class Cleaner:
    """A thread that cleans while the server runs."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="cleaner", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Blocks until the batch that is being removed is removed."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            self._clean()
            self._over.wait(ASK_SECONDS)

    def _clean(self) -> None:
        close_old_connections()
        try:
            if claim() and (removed := clean(Now(), self._over.is_set)):
                logger.info("Removed %d rows that had expired", removed)
        except (DatabaseError, RedisError) as error:
            logger.warning("Cleaning is put off: %s", type(error).__name__)
        finally:
            close_old_connections()
