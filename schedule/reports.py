"""Reports: who attended the meetings of a room over a term, how long, and how punctually.

A report counts a date of the schedule as one meeting, with everybody who was in the room at that time; a sitting that lasts over
two lessons counts in both. A sitting at no date counts by itself, and there nobody is late.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from rooms import attendance, spans
from rooms.attendance import Presence
from rooms.models import Meeting, Room
from rooms.spans import Span
from schedule.models import Occurrence

#: Whoever comes or goes within so long of the time is punctual.
GRACE: Final = timedelta(minutes=5)
#: Longer than any date.
_DAY: Final = timedelta(days=1)
_NONE: Final = timedelta(0)


@dataclass(frozen=True)
class Attended:
    """One person in one meeting of a report. Times outside of the meeting's do not count.

    ``key`` is the same in all meetings: an account is known by itself, everybody else by the name they gave. Two people of one
    name in one sitting are two. ``late`` and ``early`` are zero for whoever was punctual. ``share`` is how many per cent of the
    meeting they were there.
    """

    key: str
    name: str
    role: str
    user_id: int | None
    stays: tuple[Span, ...]
    there: bool
    time: timedelta
    share: int
    late: timedelta
    early: timedelta
    #: How long they were in which breakout room, by name.
    breakouts: tuple[tuple[str, timedelta], ...]

    @property
    def first_at(self) -> datetime:
        return self.stays[0][0]

    @property
    def last_at(self) -> datetime:
        return self.stays[-1][1]


@dataclass(frozen=True)
class ReportedMeeting:
    """What a report counts as one meeting: a date, or else a sitting. ``ends_at`` of one that goes on is now."""

    title: str
    starts_at: datetime
    ends_at: datetime
    goes_on: bool
    people: tuple[Attended, ...]
    occurrence: Occurrence | None = None
    sitting: Meeting | None = None

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def of(self, key: str) -> Attended | None:
        return next((one for one in self.people if one.key == key), None)


@dataclass(frozen=True)
class Person:
    """One person over a term. ``share`` is how many per cent of all meetings' time they were there."""

    key: str
    name: str
    user_id: int | None
    meetings: int
    time: timedelta
    share: int
    late: int
    early: int


def meetings(room: Room, begin: datetime, end: datetime, now: datetime) -> list[ReportedMeeting]:
    """The meetings of a room that began in this time, and before now, in order."""
    dates = list(dates_of(room, now).filter(ends_at__gt=begin - _DAY, starts_at__lt=end + _DAY))
    near = room.meetings.filter(Q(ended_at=None) | Q(ended_at__gt=begin - _DAY), started_at__lt=end + _DAY)
    sittings = list(near.prefetch_related(*attendance.PREFETCH))
    found = [of_date(date, [one for one in sittings if _meet(one, date)], now) for date in dates]
    found += [of_sitting(one) for one in sittings if not any(_meet(one, date) for date in dates)]
    return sorted((one for one in found if begin <= one.starts_at < end), key=lambda one: one.starts_at)


def dates_of(room: Room, now: datetime) -> QuerySet[Occurrence]:
    """The dates of a room that have begun and were not cancelled."""
    return Occurrence.objects.filter(scheduled__room=room, cancelled=False, starts_at__lt=now).select_related("scheduled")


def sittings_at(date: Occurrence) -> QuerySet[Meeting]:
    """The sittings in the room at this date."""
    lasting = Q(ended_at=None, seen_at__gt=date.starts_at) | Q(ended_at__gt=date.starts_at)
    sittings = Meeting.objects.filter(lasting, room=date.scheduled.room_id, started_at__lt=date.ends_at)
    return sittings.prefetch_related(*attendance.PREFETCH)


def _meet(sitting: Meeting, date: Occurrence) -> bool:
    return sitting.started_at < date.ends_at and date.starts_at < _end(sitting)


def _end(sitting: Meeting) -> datetime:
    return sitting.ended_at or sitting.seen_at


def of_date(date: Occurrence, sittings: Iterable[Meeting], now: datetime) -> ReportedMeeting:
    """A date that has begun, from the sittings at that time."""
    begin, end = date.starts_at, min(date.ends_at, now)
    goes_on = date.ends_at > now
    people = []
    for key, found in _people(sittings).items():
        if stays := spans.within(spans.merged(stay for one in found for stay in one.stays), begin, end):
            late, early = stays[0][0] - begin, _NONE if goes_on else end - stays[-1][1]
            people.append(_attended(key, found, stays, (begin, end), late, early))
    return ReportedMeeting(date.title, begin, end, goes_on, tuple(people), occurrence=date)


def of_sitting(sitting: Meeting) -> ReportedMeeting:
    """A sitting at no date."""
    begin, end = sitting.started_at, _end(sitting)
    people = [_attended(key, [one], list(one.stays), (begin, end)) for key, [one] in _people([sitting]).items()]
    return ReportedMeeting("", begin, end, sitting.ended_at is None, tuple(people), sitting=sitting)


def _people(sittings: Iterable[Meeting]) -> dict[str, list[Presence]]:
    """Everybody who was in these sittings, by key, each with what they were in each of them."""
    people: dict[str, list[Presence]] = defaultdict(list)
    for sitting in sorted(sittings, key=lambda one: one.started_at):
        namesakes: Counter[str] = Counter()
        for one in attendance.presence(sitting):
            name = one.name.casefold()
            people[_key(one, namesakes[name])].append(one)
            namesakes[name] += one.user_id is None
    return people


def _key(one: Presence, namesakes: int) -> str:
    return f"user:{one.user_id}" if one.user_id is not None else f"name:{namesakes}:{one.name.casefold()}"


def _attended(
    key: str, found: list[Presence], stays: list[Span], whole: Span, late: timedelta = _NONE, early: timedelta = _NONE
) -> Attended:
    """``found``: what somebody was in each sitting, the last one at the end."""
    one, time = found[-1], spans.length(stays)
    return Attended(
        key=key,
        name=one.name,
        role=one.role,
        user_id=one.user_id,
        stays=tuple(stays),
        there=one.there,
        time=time,
        share=share(time, whole[1] - whole[0]),
        late=late if late > GRACE else _NONE,
        early=early if early > GRACE and not one.there else _NONE,
        breakouts=tuple(_breakouts(found, whole)),
    )


def _breakouts(found: list[Presence], whole: Span) -> Iterator[tuple[str, timedelta]]:
    times: dict[str, list[Span]] = defaultdict(list)
    for one in found:
        for name, span in one.breakouts:
            times[name].append(span)
    for name, theirs in times.items():
        if within := spans.within(theirs, *whole):
            yield name, spans.length(within)


def share(time: timedelta, length: timedelta) -> int:
    """How many per cent of a length a time is. All of nothing is 100."""
    return min(100, int(100 * (time / length))) if length else 100


def people(reported: Sequence[ReportedMeeting], room: Room) -> list[Person]:
    """Everybody who attended one of these meetings, and whoever belongs to the room and attended none, by name."""
    attended: dict[str, list[Attended]] = defaultdict(list)
    for meeting in reported:
        for one in meeting.people:
            attended[one.key].append(one)
    length = sum((one.length for one in reported), _NONE)
    found = [_person(key, theirs[-1].name, theirs[-1].user_id, theirs, length) for key, theirs in attended.items()]
    found += [_person(f"user:{pk}", name, pk, [], length) for pk, name in absent(attended, room)]
    return sorted(found, key=lambda one: one.name.casefold())


def absent(attended: Container[str], room: Room) -> list[tuple[int, str]]:
    """Whoever belongs to the room and is not among those who attended: key and name of the account."""
    belonging = room.memberships.select_related("user")
    return [(one.user.pk, str(one.user)) for one in belonging if f"user:{one.user_id}" not in attended]


def _person(key: str, name: str, user_id: int | None, attended: Sequence[Attended], length: timedelta) -> Person:
    time = sum((one.time for one in attended), _NONE)
    return Person(
        key=key,
        name=name,
        user_id=user_id,
        meetings=len(attended),
        time=time,
        share=share(time, length),
        late=sum(bool(one.late) for one in attended),
        early=sum(bool(one.early) for one in attended),
    )
