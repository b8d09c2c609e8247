"""Who is invited to a scheduled meeting, and what they answer: one function for each change.

Functions that take an ``Actor`` raise Django's PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import get_language

from accounts import throttle
from accounts.models import User
from accounts.throttle import Limit
from events.models import Event
from events.outbox import emit
from rooms import audit
from rooms.identities import user_behind
from rooms.models import AuditEntry
from schedule import farewells, mails
from schedule.addressees import Addressee
from schedule.commands import Gone
from schedule.models import Answer, Invitee, Occurrence, ScheduledMeeting
from signaling.permissions import Actor

#: Of one meeting.
PEOPLE_MAX: Final = 2_000
DAY: Final = 24 * 60 * 60
BATCH: Final = 500


class TooMany(Exception):
    """More than can be invited to the meeting. ``left``: how many still can be."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


@dataclass(frozen=True)
class Tally:
    """How many are invited, and how many of them answered what for all dates."""

    people: int
    yes: int
    maybe: int
    no: int

    @property
    def silent(self) -> int:
        return self.people - self.yes - self.maybe - self.no


def per_day() -> Limit:
    """How many one person may invite."""
    return Limit("invited-to-meetings", settings.INVITATIONS_PER_DAY, DAY)


@transaction.atomic
def invite(by: Actor, scheduled: ScheduledMeeting, people: Sequence[Addressee], passcode: str = "") -> list[Invitee]:
    """Invite these people, and mail them. Returns those who were not invited before.

    Raises :class:`TooMany`; ``commands.Gone`` if the meeting is over, cancelled or deleted; and ``throttle.Throttled``, and
    invites nobody, if ``by`` may not invite so many today.
    """
    by.must("invite")
    ScheduledMeeting.objects.select_for_update().filter(pk=scheduled.pk).first()
    if not is_open(scheduled):
        raise Gone
    known = set(scheduled.invitees.values_list("email", flat=True))
    new = [person for person in people if person.email not in known]
    if len(known) + len(new) > PEOPLE_MAX:
        raise TooMany(PEOPLE_MAX - len(known))
    if not new:
        return []
    throttle.take_all(per_day(), by.identity, len(new))
    users = _users([person.email for person in new])
    language = get_language() or ""
    invitees = [
        Invitee(scheduled=scheduled, email=one.email, user=users.get(one.email), name=one.name, language=language) for one in new
    ]
    mails.tell("invitation", invitees, passcode=passcode)
    Invitee.objects.bulk_create(invitees, batch_size=BATCH)
    whom = new[0].email if len(new) == 1 else f"{len(new)} @"
    audit.record(scheduled.room, by, AuditEntry.Action.INVITED, f"{whom}: {scheduled.title}")
    return invitees


def is_open(scheduled: ScheduledMeeting) -> bool:
    """Whether it has dates to come, now."""
    return Occurrence.objects.filter(scheduled=scheduled.pk, scheduled__cancelled_at=None).upcoming(Now()).exists()


@transaction.atomic
def withdraw(by: Actor, invitee: Invitee) -> None:
    """Invite somebody no more, and take the meeting from their calendar. Does nothing if somebody else has done so meanwhile."""
    by.must("withdraw")
    if not Invitee.objects.select_for_update().filter(pk=invitee.pk).exists():
        return
    scheduled = invitee.scheduled
    farewells.bid(scheduled, Invitee.objects.filter(pk=invitee.pk))
    audit.record(scheduled.room, by, AuditEntry.Action.WITHDREW, f"{invitee.email}: {scheduled.title}")
    invitee.delete()


@transaction.atomic
def answer(invitee: Invitee, choice: Answer.Choice, comment: str, occurrence: Occurrence | None = None) -> Answer:
    """What an invited person answers for one date, or for all that have no answer of their own. The last answer counts."""
    given, _ = Answer.objects.update_or_create(
        invitee=invitee, occurrence=occurrence, defaults={"choice": choice, "comment": comment, "at": Now()}
    )
    emit(
        Event.Kind.ANSWERED,
        invitee.scheduled.room_id,
        scheduled=invitee.scheduled_id,
        occurrence=occurrence.pk if occurrence else None,
        invitee=invitee.pk,
        choice=str(choice),
    )
    return given


def silence(invitee: Invitee) -> None:
    """From now on they get no mail about the meeting. They stay invited."""
    Invitee.objects.filter(pk=invitee.pk, silent_since=None).update(silent_since=Now())


def hear(invitee: Invitee) -> None:
    """From now on they get mail about the meeting again."""
    Invitee.objects.filter(pk=invitee.pk).update(silent_since=None)


def tally(scheduled: ScheduledMeeting) -> Tally:
    choices = {
        choice: Count("answers", filter=Q(answers__occurrence=None, answers__choice=choice)) for choice in Answer.Choice.values
    }
    return Tally(**scheduled.invitees.aggregate(people=Count("pk", distinct=True), **choices))


def recognise(user: User, email: str, using: str) -> None:
    """The address is verified now: invitations to it are for this account, in the database of this name."""
    Invitee.objects.using(using).filter(email=email.lower(), user=None).update(user=user)


def own(by: Actor) -> set[str]:
    """The addresses of whoever invites."""
    user = user_behind(by.identity)
    return {user.email.lower(), *_addresses(user)} if user else set()


def _addresses(user: User) -> Iterator[str]:
    yield from EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)


def _users(emails: Collection[str]) -> dict[str, User]:
    """Whose verified addresses these are."""
    found: dict[str, User] = {}
    listed = list(emails)
    for start in range(0, len(listed), BATCH):
        rows = EmailAddress.objects.filter(email__in=listed[start : start + BATCH], verified=True).select_related("user")
        found |= {row.email: row.user for row in rows}
    return found
