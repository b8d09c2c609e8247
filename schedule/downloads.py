"""Files for calendars: one meeting to add, and the feed of a person's meetings.

The address of a feed is a signed key: a copy of the database does not reveal it. It ends when its row is deleted.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.core import signing
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from schedule import entries
from schedule.models import Feed, Occurrence, ScheduledMeeting

#: How long a feed has a meeting that is over.
REMEMBERED: Final = dt.timedelta(days=60)
_signer: Final = signing.Signer(salt="schedule.feed")


def meeting(scheduled: ScheduledMeeting) -> HttpResponse:
    """One meeting, to add to a calendar."""
    found = ScheduledMeeting.objects.filter(pk=scheduled.pk)
    return _file(entries.publish(found, timezone.now()), "meeting.ics")


def feed(user: User) -> HttpResponse:
    """The meetings of a person."""
    recent = Occurrence.objects.filter(scheduled=OuterRef("pk"), ends_at__gt=Now() - REMEMBERED)
    found = ScheduledMeeting.objects.visible_to(user).filter(Exists(recent), cancelled_at=None)
    return _file(entries.publish(found, timezone.now(), _("Meetings")), "meetings.ics")


def address(feed: Feed) -> str:
    """Where a calendar finds the feed."""
    return entries.absolute(reverse("feed_ics", args=[_signer.sign_object(feed.key)]))


def subscriber(token: str) -> User | None:
    """Whose feed this is. None if the address is forged or was withdrawn, or if the account is disabled."""
    try:
        key = _signer.unsign_object(token)
    except signing.BadSignature:
        return None
    found = Feed.objects.filter(key=key, user__is_active=True).select_related("user").first()
    return found.user if found else None


def renew(user: User) -> None:
    """Give a person a feed at a new address. The old address leads nowhere."""
    withdraw(user)
    Feed.objects.create(user=user)


def withdraw(user: User) -> None:
    Feed.objects.filter(user=user).delete()


def _file(calendar: str, name: str) -> HttpResponse:
    response = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
