"""Deliveries, at least once and in order for each endpoint and room.

The oldest one that waits is sent; those after it wait for it. A failed one is tried again for a day, and then given up.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Max, Q, QuerySet
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import languages, outbox
from accounts.models import User
from events.followers import Follower
from events.models import Event
from jobs import queue
from jobs.kinds import Hopeless, Kind, Over
from webhooks import payloads, signatures, transport
from webhooks.destinations import Refused
from webhooks.models import Attempt, Delivery, Endpoint

Status = Delivery.Status

#: The waits after each failure. The last one is used again.
PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 1800, 3600, 7200))
TRIED: Final = timedelta(days=1)
#: An endpoint that has failed for so long is disabled.
FAILING: Final = timedelta(days=3)
#: So long a process has for one attempt.
HOLD: Final = timedelta(minutes=1)


def latest_event() -> int:
    return Event.objects.aggregate(latest=Max("pk"))["latest"] or 0


def _wanting(kind: str, room: int) -> list[Endpoint]:
    endpoints = Endpoint.objects.filter(Q(room=room) | Q(room=None), enabled=True)
    return [endpoint for endpoint in endpoints if kind in endpoint.kinds]


def _wants(kind: str, room: int) -> bool:
    return bool(_wanting(kind, room))


def _follow(over: Over, *, event: int, kind: str, room: int, **told: Any) -> None:
    """Also make the deliveries of older events, whose jobs may come later than this one."""
    for endpoint in _wanting(kind, room):
        _enter(endpoint, Event.objects.filter(room=room, pk__gt=endpoint.after, pk__lte=event, kind__in=endpoint.kinds))


@transaction.atomic
def _enter(endpoint: Endpoint, events: QuerySet[Event]) -> None:
    entered = Delivery.objects.filter(endpoint=endpoint).values("event")
    missing = [Delivery(endpoint=endpoint, event=one, room=one.room) for one in events.exclude(pk__in=entered).order_by("pk")]
    Delivery.objects.bulk_create(missing, ignore_conflicts=True)
    for room in {one.room for one in missing}:
        _wake(endpoint.pk, room)


def _wake(endpoint: int, room: int) -> None:
    queue.put(SEND, {"endpoint": endpoint, "room": room}, about=f"{endpoint} {room}")


def _waiting(endpoint: int, room: int) -> QuerySet[Delivery]:
    return Delivery.objects.filter(endpoint=endpoint, room=room, status=Status.WAITING).order_by("event_id")


def _send(over: Over, *, endpoint: int, room: int) -> None:
    """Send the oldest one. Its outcome puts the job of the next attempt or of the next delivery."""
    now = ExpressionWrapper(Now(), DateTimeField())
    delivery = _waiting(endpoint, room).select_related("endpoint", "event").annotate(**{"now": now}).first()
    if delivery is None or not delivery.endpoint.enabled:
        return
    if not Delivery.objects.filter(pk=delivery.pk, status=Status.WAITING, due_at__lte=Now()).update(due_at=Now() + HOLD):
        # Somebody else is sending it, or it pauses. If that process ends, this job is there.
        delivery.refresh_from_db(fields=["due_at", "attempts"])
        _retry(delivery, "held")
        return
    attempt = _attempt(delivery)
    with transaction.atomic():
        attempt.save()
        _settle(delivery, attempt)


def _attempt(delivery: Delivery) -> Attempt:
    body = payloads.body(delivery.event)
    moment = int(delivery.now.timestamp())  # type: ignore[attr-defined]
    began = time.monotonic()
    status, said = None, ""
    try:
        headers = signatures.headers(delivery.endpoint.secret, delivery.message, moment, body)
        answer = transport.post(
            delivery.endpoint.url, body, {"Content-Type": "application/json", **headers}, settings.WEBHOOK_NETWORKS
        )
        status, said = answer.status, answer.excerpt
    except (Hopeless, Refused, OSError) as error:
        said = f"{type(error).__name__}: {error}"[: transport.EXCERPT]
    return Attempt(delivery=delivery, status=status, answer=said, milliseconds=int((time.monotonic() - began) * 1000))


def _settle(delivery: Delivery, attempt: Attempt) -> None:
    mine = Delivery.objects.filter(pk=delivery.pk)
    attempts = delivery.attempts + 1
    if attempt.status is not None and 200 <= attempt.status < 300:
        mine.update(status=Status.DELIVERED, attempts=attempts)
        Endpoint.objects.filter(pk=delivery.endpoint_id).update(failing_since=None)
        _wake(delivery.endpoint_id, delivery.room)
        return
    _count_failure(delivery.endpoint)
    if mine.filter(begun_at__lt=Now() - TRIED).update(status=Status.GIVEN_UP, attempts=attempts):
        _wake(delivery.endpoint_id, delivery.room)
        return
    mine.update(attempts=attempts, due_at=Now() + PAUSES[min(attempts, len(PAUSES)) - 1])
    delivery.refresh_from_db(fields=["due_at", "attempts"])
    _retry(delivery, "paused")


def _retry(delivery: Delivery, why: str) -> None:
    key = f"{SEND.name}:{delivery.pk}:{delivery.due_at.timestamp()}:{why}"
    arguments = {"endpoint": delivery.endpoint_id, "room": delivery.room}
    queue.put(SEND, arguments, about=f"{delivery.endpoint_id} {delivery.room}", key=key, due=delivery.due_at)


def _count_failure(endpoint: Endpoint) -> None:
    mine = Endpoint.objects.filter(pk=endpoint.pk)
    mine.filter(failing_since=None).update(failing_since=Now())
    if mine.filter(enabled=True, failing_since__lt=Now() - FAILING).update(enabled=False) and endpoint.creator:
        _tell(endpoint.creator, endpoint.url)


def _tell(administrator: User, url: str) -> None:
    with translation.override(languages.of(administrator) or settings.LANGUAGE_CODE):
        subject = _("A webhook endpoint was disabled")
        text = _(
            "The server could not deliver webhooks to %(url)s for three days. "
            "It sends nothing there until an administrator enables it again."
        )
        outbox.put(administrator.email, subject, text % {"url": url})


@transaction.atomic
def resume(endpoint: Endpoint) -> None:
    """Send what waits, after the endpoint was enabled."""
    endpoint.deliveries.filter(status=Status.WAITING).update(due_at=Now())
    for room in set(endpoint.deliveries.filter(status=Status.WAITING).values_list("room", flat=True)):
        _wake(endpoint.pk, room)


@transaction.atomic
def replay(deliveries: QuerySet[Delivery]) -> int:
    """Send those that are over again, with the same ids, and those that wait at once. Returns how many."""
    chosen = list(deliveries.values_list("pk", "endpoint", "room"))
    Delivery.objects.filter(pk__in=[pk for pk, *_ in chosen]).update(
        status=Status.WAITING, attempts=0, begun_at=Now(), due_at=Now()
    )
    for endpoint, room in {(endpoint, room) for _pk, endpoint, room in chosen}:
        _wake(endpoint, room)
    return len(chosen)


SEND: Final = Kind("webhooks.send", _send, outside=True)
FOLLOW: Final = Follower(frozenset(Event.Kind.values), Kind("webhooks.enter", _follow), _wants)
