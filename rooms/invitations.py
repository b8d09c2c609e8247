"""Invitations by e-mail: the signed link, and the mail that carries it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import addresses, languages, outbox, throttle
from accounts.models import User
from accounts.prepared import Key, Prepared
from accounts.throttle import Limit, Throttled
from rooms.models import Invitation

LIFE = timedelta(days=14)
QUOTED = 40
#: How many one person sends.
LIMIT = Limit("mails", 60, 60 * 60)
#: For one recipient, over all senders and rooms.
TO_RECIPIENT = Limit("mails-to", 5, 24 * 60 * 60)
FROM_ROOM = Limit("mails-from-room", 200, 24 * 60 * 60)
#: Letters and symbols that show nothing: Hangul fillers, the empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\u2800")
_SALT = "rooms.invitation"
#: Characters that join the parts of an address or a URL.
_JOINING = re.compile(r"[.:/@\\\u3002]+(?=\S)|[<>]")


def token(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=_SALT)


def address(request: HttpRequest, invitation: Invitation) -> str:
    """Where it is accepted."""
    return request.build_absolute_uri(reverse("invitation", args=[token(invitation)]))


def are_mailed() -> bool:
    """Whether this server sends mail. Where it does not, mail would only be printed on its terminal."""
    return bool(settings.EMAIL_URL)


def read(token: str) -> Invitation | None:
    """The invitation behind a link. None if it is forged, too old, used or withdrawn."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return _valid().filter(pk=pk).first()


def waiting_for(user: User) -> list[Invitation]:
    """The invitations to the verified addresses of this person."""
    return _WAITING(user=user.pk)


def _valid() -> QuerySet[Invitation]:
    return Invitation.objects.select_related("room", "by").filter(created_at__gt=Now() - LIFE)


def _to(user: Key) -> QuerySet[Invitation]:
    return _valid().filter(email__in=addresses.identifying(user)).exclude(room__memberships__user=user)


_WAITING: Final = Prepared(_to, user=BigIntegerField())


def send(invitation: Invitation, link: str) -> bool:
    """Put the mail into the outbox, in the language of the recipient's account, else in that of the page.

    False, and nothing is sent, if the recipient or the room has reached its limit for a day.
    """
    try:
        throttle.take(TO_RECIPIENT, hashlib.sha256(invitation.email.encode()).hexdigest())
        throttle.take(FROM_ROOM, str(invitation.room_id))
    except Throttled:
        return False
    host = urlsplit(settings.ORIGINS[0]).hostname
    by = invitation.by
    facts = {
        "host": host,
        "link": link,
        "days": LIFE.days,
        "room": quotable(invitation.room.name),
        "person": (quotable(by.display_name) if by else "") or "…",
        "address": by.email if by and addresses.is_verified(by) else "",
    }
    with translation.override(languages.at(invitation.email) or translation.get_language()):
        # The subject contains nothing that somebody typed.
        subject = _("Invitation to a meeting on %(host)s") % {"host": host}
        invitation.mail = outbox.put(invitation.email, subject, render_to_string("rooms/invitation.txt", facts))
    invitation.save(update_fields=["mail"])
    return True


def quotable(name: str) -> str:
    """A name that our mail may quote: short, on one line, and without what a mail program would make a link of."""
    letters = unicodedata.normalize("NFKC", name)
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" or c in _BLANK else c for c in letters)
    plain = " ".join(_JOINING.sub(" ", visible).split())
    return plain if len(plain) <= QUOTED else plain[: QUOTED - 1].rstrip() + "…"
