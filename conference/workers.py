"""Makes workers from their parts, and gives signaling what it needs from the rooms."""

from __future__ import annotations

from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from conference import notices, redis
from rooms import history, sockets
from signaling.lending import lend
from signaling.metrics import Metrics
from signaling.roster.base import Roster
from signaling.roster.memory import MemoryRoster
from signaling.roster.redis import RedisRoster
from signaling.worker import Worker


def serving() -> Worker:
    """The worker of a process that serves."""
    metrics = Metrics()
    if settings.EMBEDDED:
        return _worker(MemoryRoster(waiting_per_prefix=settings.WAITING_PER_ADDRESS), None, metrics)
    return _worker(_spread(metrics), get_channel_layer(), metrics)


def brief() -> Worker:
    """A worker for one question, in a process that does not serve. In embedded mode this is not possible."""
    metrics = Metrics()
    return _worker(_spread(metrics), get_channel_layer(), metrics)


def _spread(metrics: Metrics) -> RedisRoster:
    return RedisRoster(
        settings.REDIS_URL,
        waiting_per_prefix=settings.WAITING_PER_ADDRESS,
        asked=metrics.asked,
        connect=redis.blocking_pool,
    )


def _worker(roster: Roster, layer: Any, metrics: Metrics) -> Worker:
    return Worker(roster, layer, history, rooms=sockets, notices=notices.fact, ice=lend, metrics=metrics)
