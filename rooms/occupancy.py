"""How many people are in rooms now, for lists and pages of rooms."""

from __future__ import annotations

from collections.abc import Collection

from rooms.models import Room
from signaling import live


def count(rooms: Collection[Room]) -> bool:
    """Set ``present`` of each room. False if nothing is known, because the roster cannot be reached: ``present`` is None then."""
    counts = live.counts(str(room.pk) for room in rooms)
    for room in rooms:
        room.present = None if counts is None else counts.get(str(room.pk), 0)
    return counts is not None
