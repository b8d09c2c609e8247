"""Workers, made of their parts: here signaling gets what it needs from the rooms."""

from __future__ import annotations

from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from conference import redis
from rooms import history, sockets
from signaling import live
from signaling.meter import Meter
from signaling.roster.base import Roster
from signaling.roster.memory import MemoryRoster
from signaling.roster.redis import RedisRoster
from signaling.worker import Worker


def serving() -> Worker:
    """The worker of a process that serves."""
    meter = Meter()
    if settings.EMBEDDED:
        return _worker(MemoryRoster(), None, meter)
    return _worker(_spread(meter), get_channel_layer(), meter)


def brief() -> Worker:
    """A worker for one question, in a process that does not serve. There is none in embedded mode."""
    meter = Meter()
    return _worker(_spread(meter), get_channel_layer(), meter)


def _spread(meter: Meter) -> RedisRoster:
    return RedisRoster(settings.REDIS_URL, asked=meter.asked, connect=redis.blocking_pool)


def _worker(roster: Roster, layer: Any, meter: Meter) -> Worker:
    return Worker(roster, layer, history, rooms=sockets, ice=live.lend, meter=meter)
