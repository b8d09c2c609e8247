"""Events, written in the transaction of what they tell: they are there if, and only if, the change is.

What follows an event is a job, put in the same transaction. So a follower that fails or hangs holds up neither the change nor
the other followers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from events.followers import Follower
from events.models import Event
from jobs import queue

NOW: Final = Now()
#: As long as the keys of jobs: no follower is told twice.
KEPT: Final = queue.KEPT

_followers: list[Follower] = []


def follow(followers: Iterable[Follower]) -> None:
    """From now on, events of this process are followed by these, and by no others. Called once, when the process starts."""
    _followers[:] = followers


@transaction.atomic
def emit(kind: Event.Kind, room: int, *, at: datetime | Combinable = NOW, **details: Any) -> Event:
    """Write an event. ``details`` are JSON: numbers of rows, and what has changed."""
    event = Event.objects.create(kind=kind, room=room, details=details, at=at)
    told = {"event": event.pk, "kind": str(kind), "room": room, "details": details}
    for follower in _followers:
        if kind in follower.kinds and follower.wants(kind, room):
            queue.put(follower.job, told, about=str(event), key=f"{follower.job.name}:{event.pk}")
    return event


def outdated(now: datetime | Combinable) -> QuerySet[Event]:
    return Event.objects.filter(at__lt=now - KEPT)
