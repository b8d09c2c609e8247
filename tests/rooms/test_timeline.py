"""What happened in a meeting, for administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import history, timeline
from rooms.actors import actor
from rooms.models import Room
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def test_the_time_line_has_the_last_first(room: Room, alice: User, olga: User) -> None:
    key = str(room.pk)
    began = timezone.now() - timedelta(minutes=10)
    history.audit(key, actor(olga, "staff"), "locked", None, at=began - timedelta(hours=1))
    for minute, (name, reason) in enumerate([("Alice", ""), ("Bob", "left"), ("Carol", "timeout"), ("Mallory", "removed")]):
        history.joined(key, name, f"guest:{name}", name, "guest", at=began + timedelta(minutes=minute))
        if reason:
            history.left(key, name, reason, at=began + timedelta(minutes=minute, seconds=30))
    history.audit(key, actor(olga, "staff"), "removed", ("Mallory", "guest"), at=began + timedelta(minutes=3, seconds=29))
    entries = timeline.entries(room.meetings.get())
    assert [entry.words for entry in entries] == [
        "Guest Mallory was removed.",
        "Olga: Removed from the meeting Guest Mallory",
        "Guest Mallory came.",
        "Guest Carol lost the connection, and did not come back.",
        "Guest Carol came.",
        "Guest Bob left.",
        "Guest Bob came.",
        "Guest Alice came.",
    ]


def test_the_time_line_of_a_long_meeting_is_bounded(room: Room, django_assert_num_queries: Any) -> None:
    meeting = room.meetings.create()
    for number in range(timeline.MOST + 20):
        came = timezone.now() - timedelta(minutes=1)
        meeting.attendances.create(
            participant=str(number), name=f"P{number}", role="guest", joined_at=came, left_at=timezone.now()
        )
    with django_assert_num_queries(3):
        entries = timeline.entries(meeting)
    assert len(entries) == timeline.MOST
    assert entries[0].words == f"Guest P{timeline.MOST + 19} left."
