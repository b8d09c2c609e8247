"""Reminders by mail.

For each date and each time before it that somebody chose, a job is put an hour ahead. Shortly before that time it finds out who
is to be reminded, and puts the jobs that send the mails, each to some people. Keys are unique: nobody is reminded twice of a date
at one time, however many processes plan. Each job looks at the date and the people again: if it was moved or cancelled, nothing
is sent. The job of a date that was moved has another key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet, Subquery, Value
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce, Now

from accounts import addresses, outbox
from accounts.clock import Moment
from accounts.models import User
from events.followers import Follower
from events.models import Event
from jobs import queue
from jobs.kinds import PAUSES, Hopeless, Kind, Over
from jobs.queue import Order
from rooms.models import Ban
from schedule import mails, notices, notifications
from schedule.models import Answer, Invitee, NotificationChoices, Occurrence

About = NotificationChoices.About

#: How far ahead jobs are put, and how often. A server that is away for less misses no reminder.
AHEAD: Final = timedelta(hours=1)
EVERY: Final = timedelta(minutes=10)
#: So long before the mails are due, their jobs are put: thousands of them take some seconds.
EARLY: Final = timedelta(minutes=2)
#: Mails of one job, which go over one connection. If its process is killed, some of them may be sent twice.
BATCH: Final = 20
NOW: Final = Now()

#: The key of a row, and the ``Message-ID`` of the mail to this person.
Letters = Sequence[tuple[int, str]]


def recipients(date: Occurrence, minutes: int) -> Iterator[Invitee | User]:
    """Everybody who is to be reminded of this date so many minutes before: the invited, the organiser and members."""
    yield from _invitees(date, minutes)
    yield from _users(date, minutes)


def _invitees(date: Occurrence, minutes: int) -> QuerySet[Invitee]:
    """Those who are invited, who want mail about it and did not answer that they will not come."""
    wanting = notifications.wanting((About.INVITED, About.ALL), minutes)
    reached = Q(user__in=User.objects.filter(wanting, is_active=True))
    if minutes == notifications.DEFAULT.mail_minutes:
        reached |= Q(user=None)
    answers = Answer.objects.filter(invitee=OuterRef("pk")).values("choice")
    own, general = Subquery(answers.filter(occurrence=date)[:1]), Subquery(answers.filter(occurrence=None)[:1])
    asked = date.scheduled.invitees.filter(reached, silent_since=None).exclude(user__in=_banned(date))
    coming = ~Q(answer=Answer.Choice.NO)
    return asked.alias(**{"answer": Coalesce(own, general, Value(""))}).filter(coming).select_related("user", "scheduled")


def _users(date: Occurrence, minutes: int) -> QuerySet[User]:
    """The organiser, and members who want mail about all meetings, unless they are invited: then it is as they answered."""
    scheduled = date.scheduled
    inside = User.objects.filter(addresses.VERIFIED, is_active=True, memberships__room=scheduled.room_id)
    inside = inside.exclude(pk__in=scheduled.invitees.exclude(user=None).values("user"))
    organiser = Q(pk=scheduled.organiser_id or 0) & notifications.wanting((About.INVITED, About.ALL), minutes)
    return inside.filter(organiser | notifications.wanting((About.ALL,), minutes))


def _banned(date: Occurrence) -> QuerySet[Any]:
    return Ban.objects.filter(room=date.scheduled.room_id).exclude(user=None).values("user")


# Planning


def plan(dates: QuerySet[Occurrence], now: Moment = NOW) -> None:
    """Put the jobs for those of these dates of which somebody is to be reminded within the next hour, if mail is sent at all."""
    if not mails.are_sent():
        return
    dates = dates.select_related("scheduled").filter(cancelled=False, scheduled__cancelled_at=None)
    chosen = NotificationChoices.objects.exclude(mail=About.NOTHING).values_list("mail_minutes", flat=True)
    for minutes in {notifications.DEFAULT.mail_minutes, *chosen.distinct()}:
        before = timedelta(minutes=minutes)
        near = dates.filter(starts_at__gt=now + before, starts_at__lte=now + before + AHEAD)
        queue.put_all(REMIND, [_order(date, minutes) for date in near])


def _order(date: Occurrence, minutes: int) -> Order:
    due = date.starts_at - timedelta(minutes=minutes) - EARLY
    return Order(date.title, _arguments(date, minutes), f"{REMIND.name}:{_moment(date)}:{minutes}", due)


def _moment(date: Occurrence) -> str:
    return f"{date.pk}:{date.starts_at.timestamp():.0f}"


def _arguments(date: Occurrence, minutes: int) -> dict[str, Any]:
    return {"occurrence": date.pk, "starts_at": date.starts_at.isoformat(), "minutes": minutes}


def _date(pk: int, starts_at: str) -> Occurrence | None:
    """A date that is still to begin at this time."""
    dates = Occurrence.objects.select_related("scheduled__room", "scheduled__organiser")
    coming = dates.filter(cancelled=False, scheduled__cancelled_at=None, starts_at__gt=Now())
    return coming.filter(pk=pk, starts_at=datetime.fromisoformat(starts_at)).first()


# Jobs


def _plan(over: Over) -> None:
    plan(Occurrence.objects.all())


def _follow(over: Over, *, details: dict[str, Any], **event: Any) -> None:
    plan(Occurrence.objects.filter(scheduled=details["scheduled"]))


@transaction.atomic
def _remind(over: Over, *, occurrence: int, starts_at: str, minutes: int) -> None:
    """Put the jobs that send the mails. The first one has a key: with it, all are there."""
    if (date := _date(occurrence, starts_at)) is None:
        return
    due = date.starts_at - timedelta(minutes=minutes)
    batches = [_batch(date, minutes, people) for people in _batches(recipients(date, minutes))]
    key = f"{SEND.name}:{_moment(date)}:{minutes}"
    if batches and queue.put(SEND, batches[0], about=date.title, key=key, due=due) is not None:
        queue.put_all(SEND, [Order(date.title, batch, due=due) for batch in batches[1:]])


def _batches(people: Iterable[Invitee | User]) -> Iterator[list[Invitee | User]]:
    """At most ``BATCH`` of a kind, and of one account only one."""
    kinds: dict[type, dict[int, Invitee | User]] = {Invitee: {}, User: {}}
    accounts: set[int] = set()
    for whom in people:
        account = whom.user_id if isinstance(whom, Invitee) else whom.pk
        if account is None or account not in accounts:
            kinds[type(whom)][whom.pk] = whom
            accounts |= {account} if account is not None else set()
    for found in kinds.values():
        rows = list(found.values())
        yield from (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _batch(date: Occurrence, minutes: int, people: Sequence[Invitee | User]) -> dict[str, Any]:
    letters = [[whom.pk, outbox.make_identity()] for whom in people]
    return {**_arguments(date, minutes), "invited": isinstance(people[0], Invitee), "letters": letters}


def _send(over: Over, *, occurrence: int, starts_at: str, minutes: int, invited: bool, letters: Letters) -> None:
    """Send the mails that are still right."""
    if (date := _date(occurrence, starts_at)) is None:
        return
    found: QuerySet[Any] = (_invitees if invited else _users)(date, minutes)
    people = found.in_bulk([pk for pk, _identity in letters])
    if not people:
        return
    again = partial(_again, date, {**_arguments(date, minutes), "invited": invited})
    with outbox.connected() as connection:
        _send_all([letter for letter in letters if letter[0] in people], partial(_deliver, connection, date, people), again, over)


def _send_all(letters: Letters, send: Callable[[int, str], None], again: Callable[..., None], over: Over) -> None:
    """If one of them fails, those that are not sent yet get a job of their own, so that no mail is sent again."""
    for sent, letter in enumerate(letters):
        if over():
            return again(letters[sent:])
        try:
            send(*letter)
        except Hopeless:
            if len(letters) == 1:
                raise
            again([letter])
        except Exception:
            if not sent:
                raise
            return again(letters[sent:], PAUSES[0])


def _deliver(
    connection: BaseEmailBackend, date: Occurrence, people: Mapping[int, Invitee | User], pk: int, identity: str
) -> None:
    whom = people[pk]
    with mails.counted(whom.email) if isinstance(whom, Invitee) else nullcontext():
        outbox.deliver(notices.reminder(date, whom, identity), connection)


def _again(date: Occurrence, arguments: dict[str, Any], letters: Letters, pause: timedelta = timedelta(0)) -> None:
    queue.put(SEND, {**arguments, "letters": list(letters)}, about=date.title, due=Now() + pause)


PLAN: Final = Kind("schedule.reminders", _plan, every=EVERY)
REMIND: Final = Kind("schedule.remind", _remind)
SEND: Final = Kind("schedule.reminder", _send, outside=True)
FOLLOW: Final = Follower({Event.Kind.SCHEDULED, Event.Kind.RESCHEDULED}, Kind("schedule.reminders-of-changes", _follow))
