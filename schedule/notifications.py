"""What people chose to hear of, and the links in mails by which they choose nothing."""

from __future__ import annotations

from typing import Final, Literal, cast

from django.core import signing
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from schedule.models import Invitee, NotificationChoices

About = NotificationChoices.About
DEFAULT: Final = NotificationChoices()
_SALT: Final = "schedule.notifications"

#: What a link ends: reminders of one scheduled meeting, for somebody who is invited; all mails of a kind, for an account.
What = Literal["invitee", "mail", "summaries"]
_NOTHING: Final = {"mail": About.NOTHING, "summaries": NotificationChoices.Summaries.NONE}


def of(user: User) -> NotificationChoices:
    """Not saved yet if the person has not chosen."""
    return NotificationChoices.objects.filter(user=user).first() or NotificationChoices(user=user)


def wanting(about: tuple[str, ...], minutes: int) -> Q:
    """For querysets of users: those who want mail about one of these, so many minutes before."""
    chosen = Q(notification_choices__mail__in=about, notification_choices__mail_minutes=minutes)
    if DEFAULT.mail in about and DEFAULT.mail_minutes == minutes:
        chosen |= Q(notification_choices=None)
    return chosen


def token(what: What, pk: int) -> str:
    """For a link that ends mails: of an invitee, or of an account."""
    return signing.dumps([what, pk], salt=_SALT)


def read(token: str) -> tuple[What, Invitee | User] | None:
    """What a link ends, and whose it is. None if it is forged, or if the person is gone."""
    try:
        what, pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    found: Invitee | User | None
    if what == "invitee":
        found = Invitee.objects.select_related("scheduled").filter(pk=pk).first()
    else:
        found = User.objects.filter(pk=pk).first()
    return (cast(What, what), found) if found is not None else None


def silence(what: What, whose: Invitee | User) -> None:
    """End these mails."""
    if isinstance(whose, Invitee):
        Invitee.objects.filter(pk=whose.pk, silent_since=None).update(silent_since=Now())
    else:
        NotificationChoices.objects.update_or_create(user=whose, defaults={what: _NOTHING[what]})
