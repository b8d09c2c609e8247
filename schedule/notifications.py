"""What people chose to hear of, and the links in mails by which they choose nothing."""

from __future__ import annotations

from typing import Final, Literal, cast

from django.core import signing
from django.db.models import Q

from accounts.models import User
from schedule.models import NotificationChoices

About = NotificationChoices.About
DEFAULT: Final = NotificationChoices()
_SALT: Final = "schedule.notifications"

#: The mails of an account that a link ends. Invited people end those of a meeting (``schedule/links.py``).
What = Literal["mail", "summaries"]
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


def token(what: What, user: User) -> str:
    """For a link that ends mails of an account."""
    return signing.dumps([what, user.pk], salt=_SALT)


def read(token: str) -> tuple[What, User] | None:
    """What a link ends, and whose mails they are. None if it is forged, or if the account is gone."""
    try:
        what, pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk).first()
    return (cast(What, what), user) if user is not None else None


def silence(what: What, user: User) -> None:
    """End these mails."""
    NotificationChoices.objects.update_or_create(user=user, defaults={what: _NOTHING[what]})
