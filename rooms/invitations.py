"""Invitations by e-mail: the signed link, and the mail that carries it."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import User
from rooms.models import Invitation

LIFE = timedelta(days=14)
_SALT = "rooms.invitation"


def token(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=_SALT)


def read(token: str) -> Invitation | None:
    """The invitation behind a link. None if it is forged, too old, used or withdrawn."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return _valid().filter(pk=pk).first()


def waiting_for(user: User) -> QuerySet[Invitation]:
    """The invitations to addresses that are verified as this person's."""
    return _valid().filter(email__in=addresses.identifying(user)).exclude(room__memberships__user=user)


def _valid() -> QuerySet[Invitation]:
    return Invitation.objects.select_related("room", "by").filter(created_at__gt=timezone.now() - LIFE)


def send(invitation: Invitation, link: str) -> None:
    """Raises OSError when the mail server does not take it."""
    facts = {"invitation": invitation, "room": invitation.room, "link": link, "days": LIFE.days}
    subject = _("Invitation to “%(room)s”") % {"room": invitation.room}
    send_mail(subject, render_to_string("rooms/invitation.txt", facts), None, [invitation.email])
