"""Dates for the stories, without the rules from which the product makes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rooms.models import Room
from schedule.models import Occurrence, ScheduledMeeting


def make_date(room: Room, starts_at: datetime, minutes: int = 60, title: str = "Lesson", **fields: Any) -> Occurrence:
    """A scheduled meeting with one date."""
    scheduled = ScheduledMeeting.objects.create(
        room=room, title=title, date=starts_at.date(), begins=starts_at.time(), minutes=minutes, zone="UTC"
    )
    times = {"original_at": starts_at, "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
    return scheduled.occurrences.create(**{**times, **fields})
