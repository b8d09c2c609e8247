"""Events and what follows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from conference.kinds import FOLLOWERS
from events.followers import Follower
from events.models import Event
from events.outbox import emit, follow, outdated
from jobs.kinds import Hopeless, Kind, Over
from jobs.models import Job
from tests.working import work_off

pytestmark = pytest.mark.django_db

STARTED, ENDED = Event.Kind.STARTED, Event.Kind.ENDED


class Told:
    """What a follower was told."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def __call__(self, over: Over, *, event: int, kind: str, room: int, details: dict[str, Any]) -> None:
        assert Event.objects.get(pk=event).details == details
        self.kinds.append(f"{kind} {room}")


@pytest.fixture(autouse=True)
def _followers() -> Iterator[None]:
    yield
    follow(FOLLOWERS)


def test_a_follower_is_told_of_its_kinds_of_events_once() -> None:
    told = Told()
    job = Kind("ring", told)
    follow([Follower({ENDED}, job)])
    emit(STARTED, 7, meeting=1)
    emit(ENDED, 7, meeting=1)
    for _ in range(2):
        work_off(job)
    assert told.kinds == ["meeting.ended 7"]
    assert list(Event.objects.values_list("kind", "room")) == [("meeting.ended", 7), ("meeting.started", 7)]


def test_an_event_of_a_change_that_is_rolled_back_never_was() -> None:
    follow([Follower({ENDED}, Kind("ring", Told()))])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        emit(ENDED, 7)
        raise ZeroDivisionError
    assert not Event.objects.exists() and not Job.objects.exists()


def test_a_follower_that_fails_holds_up_no_other() -> None:
    def fail(over: Over, **event: Any) -> None:
        raise Hopeless("no")

    told = Told()
    bad, good = Kind("bad", fail), Kind("good", told)
    follow([Follower({ENDED}, bad), Follower({ENDED}, good)])
    emit(ENDED, 7)
    work_off(bad, good)
    assert told.kinds == ["meeting.ended 7"]
    assert Job.objects.get(kind="bad").status == "refused"


def test_an_event_that_nothing_follows_costs_one_row(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    follow([])
    with transaction.atomic(), django_assert_num_queries(3):
        emit(ENDED, 7)  # and a savepoint
    assert not Job.objects.exists()


def test_events_are_kept_for_two_weeks() -> None:
    for days in (13, 15):
        emit(ENDED, days, at=Now() - timedelta(days=days))
    assert [event.room for event in outdated(Now())] == [15]


def test_administrators_read_events(alice: User, alices: Client) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    event = emit(ENDED, 7, meeting=5)
    assert b"meeting ended" in alices.get("/admin/events/event/").content
    assert alices.get(f"/admin/events/event/{event.pk}/change/").status_code == 200
    assert alices.post(f"/admin/events/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403
