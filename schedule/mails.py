"""Mails about scheduled meetings to the invited, as jobs.

A mail tells what is so when it is sent. So nobody gets one about a time that was moved again, about a meeting that was cancelled
meanwhile, or after they said that they want none. ``schedule/farewells.py`` takes meetings out of calendars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts import languages, outbox, throttle, zones
from accounts.throttle import Limit, Throttled
from jobs import queue
from jobs.kinds import Hopeless, Kind, Over
from schedule import entries, letters, links
from schedule.letters import News, Recipient, What
from schedule.models import Answer, Invitee, Occurrence, ScheduledMeeting

#: To one address, about all meetings: invitations, changes, cancellations and reminders.
TO_RECIPIENT: Final = Limit("meeting-mails-to", 50, 24 * 60 * 60)


def are_sent() -> bool:
    """Whether this server sends mail. Where it does not, mail would only be printed on its terminal."""
    return bool(settings.EMAIL_URL)


def tell(what: What, invitees: Sequence[Invitee], occurrence: Occurrence | None = None, passcode: str = "") -> None:
    """Put a mail to each of these people. Sets their ``mail``, and does not save them."""
    if not are_sent():
        return
    about = {"what": what, "occurrence": occurrence.pk if occurrence else None, "passcode": passcode}
    orders = [
        queue.Order(one.email, {"scheduled": one.scheduled_id, "email": one.email, "identity": outbox.make_identity(), **about})
        for one in invitees
    ]
    for invitee, mail in zip(invitees, outbox.track(queue.put_all(TELL, orders)), strict=True):
        invitee.mail = mail


def tell_again(what: What, scheduled: ScheduledMeeting, occurrence: Occurrence | None = None) -> None:
    """Put a mail to everybody who is invited and wants mail."""
    invitees = list(scheduled.invitees.filter(silent_since=None))
    tell(what, invitees, occurrence)
    Invitee.objects.bulk_update(invitees, ["mail"], batch_size=500)


def recipient(invitee: Invitee, scheduled: ScheduledMeeting) -> Recipient:
    """In the language of their account, else in that of the page on which they were invited. Times are in the zone of
    their account, else in that of the meeting. ``answers`` may be prefetched.
    """
    zone = zones.known(invitee.user.time_zone if invitee.user else "") or scheduled.zone
    language = languages.of(invitee.user) or invitee.language
    return Recipient(entries.attendee(invitee, invitee.answers.all()), language, zone, links.token(invitee.pk))


def wanting(invitees: QuerySet[Invitee]) -> QuerySet[Invitee]:
    """Those among them who want mail, with what :func:`recipient` needs."""
    general = Prefetch("answers", Answer.objects.filter(occurrence=None))
    return invitees.filter(silent_since=None).select_related("user").prefetch_related(general)


def shown(scheduled: ScheduledMeeting, pk: int | None = None) -> Occurrence | None:
    """The date that a mail shows: the one with this key, or the next one. None if it is over or cancelled."""
    dates = scheduled.occurrences.upcoming(Now())
    return (dates if pk is None else dates.filter(pk=pk)).first()


def _last(scheduled: ScheduledMeeting) -> Occurrence | None:
    """The last date that was held, also if it is over; one that was cancelled if there is no other."""
    return scheduled.occurrences.order_by("cancelled", "-starts_at").first()


def _tell(over: Over, *, scheduled: int, email: str, what: What, occurrence: int | None, passcode: str, identity: str) -> None:
    found = entries.fetched(ScheduledMeeting.objects.filter(pk=scheduled, cancelled_at=None)).first()
    invitee = wanting(Invitee.objects.filter(scheduled=scheduled, email=email)).first()
    if found is None or invitee is None:
        return
    date = _last(found) if what == "end" else shown(found, occurrence)
    if date is None:
        return
    only = entries.date(date, found) if occurrence is not None else None
    news = News(what, entries.entry(found), found.room.name, date.starts_at, date.ends_at, only, passcode)
    with counted(email):
        outbox.deliver(letters.compose(news, recipient(invitee, found), identity, timezone.now()))


@contextmanager
def counted(email: str) -> Iterator[None]:
    """Count the mail to an invited person that the block sends. Raises :class:`Hopeless` if they have got too many today."""
    try:
        throttle.take(TO_RECIPIENT, _key(email))
    except Throttled:
        raise Hopeless("this address has got as many mails about meetings today as we send") from None
    try:
        yield
    except Exception:
        throttle.give_back(TO_RECIPIENT, _key(email))
        raise


def _key(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()


TELL: Final = Kind("schedule.mail", _tell, outside=True)
