"""A system that sends something twice at the same moment, and two that write at the same moment."""

from __future__ import annotations

import pytest

from accounts.models import User
from api.models import KeptAnswer
from rooms.models import Room
from tests.api.scenes import System
from tests.jobs.test_queue import at_once
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_request_that_is_sent_twice_at_once_makes_one_room(alice: User) -> None:
    system = System(alice)
    answers = at_once(4, lambda: system.post("rooms", {"name": "Tea"}, idempotency_key="k1"))
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(201, answers[0]["Location"])}
    assert sum(answer.has_header("Idempotency-Replayed") for answer in answers) == 3
    assert (Room.objects.count(), KeptAnswer.objects.count()) == (1, 1)


def test_of_two_writers_at_once_one_is_refused(alice: User) -> None:
    room = make_room(alice)
    system = System(alice)
    seen = system.get(f"rooms/{room.slug}")["ETag"]
    answers = at_once(4, lambda: system.patch(f"rooms/{room.slug}", {"locked": True}, if_match=seen))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
