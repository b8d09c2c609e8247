from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms.models import AuditEntry, Room
from signaling import live
from signaling.protocol.values import Role
from signaling.roster.base import Record
from signaling.roster.redis import RedisRoster
from tests.cast import person
from tests.redis_server import redis_url as redis_url

Enter = Callable[..., str]


@pytest.fixture
def roster(settings: Settings, redis_url: str) -> None:
    """An empty roster, on a real Redis."""
    with redis.Redis.from_url(redis_url) as store:
        store.flushdb()
    settings.EMBEDDED = False
    settings.REDIS_URL = redis_url
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [redis_url]}}
    }


@pytest.fixture
def enter(roster: None, redis_url: str, transactional_db: None) -> Enter:
    """Put somebody into a room's live meeting, and return the participant's id."""

    def enter(room: Room, name: str, identity: str, role: Role = "guest", prefix: str = "") -> str:
        record = Record(id=f"p-{name.lower()}", name=name, role=role, identity=identity, worker="w1", prefix=prefix)

        async def join() -> None:
            roster = RedisRoster(redis_url)
            try:
                await roster.enter(str(room.pk), record, token="0" * 64, settings=room.live_settings)
            finally:
                await roster.close()

        asyncio.run(join())
        return record.id

    return enter


def names(room_id: int) -> list[str]:
    """Who is in the meeting now."""
    return [person.name for person in live.people(str(room_id)) or []]


def locked(room: Room) -> bool:
    """Is the meeting locked now?"""

    async def read() -> bool:
        roster = RedisRoster(django_settings.REDIS_URL)
        snapshot = await roster.snapshot(str(room.pk))
        await roster.close()
        return snapshot is not None and snapshot.settings.locked

    return asyncio.run(read())


@pytest.fixture
def olga(db: None) -> User:
    """Olga runs the server."""
    user = person("Olga")
    user.is_staff = user.is_superuser = True
    user.save()
    return user


@pytest.fixture
def olgas(olga: User) -> Client:
    client = Client()
    client.force_login(olga)
    return client


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("actor_name", "action", "target").order_by("pk"))
