"""Scheduled meetings as calendars of people have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Final, cast

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from accounts import addresses
from accounts.models import User
from schedule import ics
from schedule.ics import Date, Entry, Person
from schedule.models import Answer, Invitee, Occurrence, ScheduledMeeting

#: Those that a calendar must be told of besides the rule.
DEVIATING: Final = Q(changed=True) | Q(cancelled=True)


def fetched(meetings: QuerySet[ScheduledMeeting]) -> QuerySet[ScheduledMeeting]:
    """With all that :func:`entry` needs, in a fixed number of queries."""
    deviating = Occurrence.objects.filter(DEVIATING).order_by("original_at")
    return meetings.select_related("room", "organiser").prefetch_related(Prefetch("occurrences", deviating, to_attr="deviating"))


def entry(scheduled: ScheduledMeeting, verified: set[int] | None = None) -> Entry:
    """``verified``: those among the organisers whose address is verified, if that is known already."""
    found: Sequence[Occurrence] | None = getattr(scheduled, "deviating", None)
    dates = found if found is not None else scheduled.occurrences.filter(DEVIATING).order_by("original_at")
    return Entry(
        uid=scheduled.uid,
        sequence=scheduled.sequence,
        title=scheduled.title,
        agenda=scheduled.agenda,
        starts=datetime.combine(scheduled.date, scheduled.begins),
        minutes=scheduled.minutes,
        zone=scheduled.zone,
        rule=scheduled.rule,
        link=absolute(scheduled.room.get_absolute_url()),
        organiser=_organiser(scheduled.organiser, verified),
        cancelled=scheduled.cancelled_at is not None,
        dates=tuple(date(occurrence, scheduled) for occurrence in dates),
    )


def date(occurrence: Occurrence, scheduled: ScheduledMeeting) -> Date:
    return Date(
        original_at=occurrence.original_at,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        title=occurrence.own_title or scheduled.title,
        agenda=occurrence.own_agenda or scheduled.agenda,
        cancelled=occurrence.cancelled,
    )


def publish(meetings: QuerySet[ScheduledMeeting], now: datetime, name: str = "") -> str:
    """An iCalendar object of these meetings."""
    found = list(fetched(meetings))
    organisers = {scheduled.organiser for scheduled in found if scheduled.organiser}
    verified = addresses.verified_among(organisers)
    return ics.publish((entry(scheduled, verified) for scheduled in found), now, name)


def attendee(invitee: Invitee, answers: Iterable[Answer] = ()) -> Person:
    """An invited person, with the answer for all dates."""
    general = next((answer.choice for answer in answers if answer.occurrence_id is None), "")
    return Person(invitee.email, invitee.name, cast(ics.Answer, general))


def absolute(path: str) -> str:
    """An address of this server, where there is no request to take it from."""
    return settings.ORIGINS[0] + path


def _organiser(user: User | None, verified: set[int] | None) -> Person:
    """The organiser, with their address if it is verified, else with that of this server."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if user is None:
        return Person(address)
    known = user.pk in verified if verified is not None else addresses.is_verified(user)
    return Person(user.email if known else address, user.display_name)
