"""The id of a guest, to which attendance and bans refer. It is in a signed cookie, so a visit stores nothing on the server."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse

from accounts import networks, throttle
from accounts.throttle import Limit

COOKIE_SECONDS: Final = 365 * 24 * 3600
NEW_SECONDS: Final = 10 * 60


def find(cookies: Mapping[str, str], session: SessionBase) -> str:
    """The id that a browser sends; "" if it sends none, or one that this server has not signed.

    An earlier release kept the id in the session. A session that has one still counts.
    """
    try:
        return _signer().unsign(cookies.get(settings.GUEST_COOKIE_NAME, ""))
    except BadSignature:
        return str(session.get("guest", ""))


def new() -> str:
    return secrets.token_urlsafe(12)


def remember(response: HttpResponse, id: str) -> None:
    """Set the cookie for a year. Makes a new id if there is none yet."""
    response.set_cookie(
        settings.GUEST_COOKIE_NAME,
        sign(id or new()),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def count_new(client: str) -> None:
    """Count a new guest at the address ``client``. Raises :class:`throttle.Throttled` if there are too many."""
    throttle.take(Limit("guests", settings.GUESTS_PER_ADDRESS, NEW_SECONDS), networks.client_prefix(client))


def sign(id: str) -> str:
    """The value of the cookie."""
    return _signer().sign(id)


def _signer() -> Signer:
    return Signer(salt="rooms.guest")
