"""Who was in a meeting, and for how long: the stays of one person are one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import prefetch_related_objects

from rooms import spans
from rooms.models import Attendance, Meeting
from rooms.spans import Span

#: What :func:`presence` reads of a meeting. Queries for many meetings fetch it at once.
PREFETCH: Final = ("attendances", "attendances__breakouts__room")


@dataclass(frozen=True)
class Presence:
    """One person in one meeting. ``name`` and ``role`` are those of the last stay.

    ``seconds`` is the time in which they were there, in however many windows. ``stays`` are the spans of it, in order.
    ``last_at`` is the end of the last one. While they are ``there``, it is when their meeting was last seen: once a minute.
    """

    name: str
    role: str
    user_id: int | None
    first_at: datetime
    last_at: datetime
    seconds: int
    stays: tuple[Span, ...]
    there: bool = False
    #: The name of each breakout room in which they were, and when, in order.
    breakouts: tuple[tuple[str, Span], ...] = ()

    @property
    def time(self) -> timedelta:
        return timedelta(seconds=self.seconds)


def presence(meeting: Meeting) -> list[Presence]:
    """Everybody who was in a meeting, in the order of their coming."""
    prefetch_related_objects([meeting], *PREFETCH)
    people: dict[object, list[Attendance]] = defaultdict(list)
    for stay in meeting.attendances.all():
        people[_person(stay)].append(stay)
    return [_presence(meeting, stays) for stays in people.values()]


def _person(stay: Attendance) -> object:
    """A key that all stays of one person share. Rows of a release that did not number guests each count as another person."""
    if stay.user_id is not None:
        return "user", stay.user_id
    return ("number", stay.person) if stay.person is not None else ("stay", stay.pk)


def _presence(meeting: Meeting, stays: list[Attendance]) -> Presence:
    last = stays[-1]
    covered = spans.merged((stay.joined_at, _end(meeting, stay)) for stay in stays)
    return Presence(
        name=last.name,
        role=last.role,
        user_id=last.user_id,
        first_at=covered[0][0],
        last_at=covered[-1][1],
        seconds=round(spans.length(covered).total_seconds()),
        stays=tuple(covered),
        there=any(stay.left_at is None for stay in stays),
        breakouts=tuple(one for stay in stays for one in _breakouts(stay, _end(meeting, stay))),
    )


def _breakouts(stay: Attendance, end: datetime) -> Iterator[tuple[str, Span]]:
    for one in stay.breakouts.all():
        until = min(one.left_at or end, end)
        if one.entered_at <= until:
            yield one.room.name, (one.entered_at, until)


def _end(meeting: Meeting, stay: Attendance) -> datetime:
    return max(stay.joined_at, stay.left_at or meeting.ended_at or meeting.seen_at)
