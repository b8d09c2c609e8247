"""Invitations by e-mail: the signed link, and the mail that carries it."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rooms.models import Invitation

LIFE = timedelta(days=14)
_SALT = "rooms.invitation"


def token(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=_SALT)


def read(token: str) -> Invitation | None:
    """The invitation behind a link. None if it is forged, too old, used or withdrawn."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("room", "by").filter(pk=pk).first()


def send(invitation: Invitation, link: str) -> None:
    """Raises OSError when the mail server does not take it."""
    facts = {"invitation": invitation, "room": invitation.room, "link": link, "days": LIFE.days}
    subject = _("Invitation to “%(room)s”") % {"room": invitation.room}
    send_mail(subject, render_to_string("rooms/invitation.txt", facts), None, [invitation.email])
