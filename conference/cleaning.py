"""Removing what has expired, once an hour, as a periodic job."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts import outbox, setup
from accounts.clock import Moment
from api import once, tokens
from conference import ledger
from events import outbox as events
from jobs import queue
from jobs.kinds import Kind, Over
from rooms import retention
from schedule import retention as schedule_retention

logger = logging.getLogger(__name__)

#: Rows of one statement. It locks few rows for a short time, and ends within ``statement_timeout``.
BATCH: Final = 500


def clean(now: Moment, over: Over = lambda: False) -> int:
    """Remove what has expired, in batches, until ``over``. Returns how many rows, without those removed by cascades."""
    return sum(_remove(rows, over) for rows in _outdated(now))


def _outdated(now: Moment) -> Iterator[QuerySet[Any]]:
    yield Session.objects.filter(expire_date__lt=now)
    yield LogEntry.objects.filter(action_time__lt=now - timedelta(days=settings.AUDIT_DAYS))
    yield setup.outdated(now)
    yield outbox.outdated(now)
    yield queue.outdated(now)
    yield events.outdated(now)
    yield once.outdated(now)
    yield tokens.outdated(now)
    yield from retention.outdated(now)
    yield ledger.outdated(now)
    yield from schedule_retention.outdated(now)


def _remove(rows: QuerySet[Any], over: Over) -> int:
    removed = 0
    while not over() and (batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])):
        rows.model._default_manager.filter(pk__in=batch).delete()
        removed += len(batch)
    return removed


def _clean(over: Over) -> None:
    if removed := clean(Now(), over):
        logger.info("Removed %d rows that had expired", removed)


CLEAN: Final = Kind("conference.cleaning", _clean, every=timedelta(hours=1))
