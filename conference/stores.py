"""Checks of the database and Redis: whether they take data."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis import RedisError

PROBE = "probe"
PROBE_SECONDS = 10


def missing_migrations() -> int:
    """How many migrations the database lacks. Raises DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def database_writes() -> bool:
    """Whether the database has every table and takes a row, which is rolled back. A replica answers, but takes none."""
    try:
        with transaction.atomic():
            Session.objects.create(session_key=uuid.uuid4().hex, expire_date=timezone.now() - timedelta(days=1))
            transaction.set_rollback(True)
        return missing_migrations() == 0
    except DatabaseError:
        return False


def cache_writes() -> bool:
    """Whether Redis takes a value. If ``maxmemory`` is used up it answers, but takes none."""
    try:
        cache.set(PROBE, 1, PROBE_SECONDS)
    except RedisError:
        return False
    return True
