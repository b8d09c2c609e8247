"""Browsers in which somebody has signed in before: a signed cookie, so that strangers who guess do not shut out the owner.

See "Slow Down Online Guessing Attacks with Device Cookies" (OWASP). The cookie gives no access. Failures of a known browser are
counted separately. The cookie contains neither the account nor its address.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE_SECONDS: Final = 365 * 24 * 3600


def find(cookies: Mapping[str, str], email: str) -> str:
    """The id of a browser in which the account of this address has signed in before; "" if it has not."""
    try:
        device, _, mark = _signer().unsign(cookies.get(settings.DEVICE_COOKIE_NAME, "")).partition(".")
    except BadSignature:
        return ""
    return device if constant_time_compare(mark, _mark(email)) else ""


def remember(response: HttpResponse, email: str) -> None:
    """Set the cookie that says that this account has signed in here, for a year."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        _signer().sign(f"{secrets.token_urlsafe(12)}.{_mark(email)}"),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark(email: str) -> str:
    return salted_hmac("accounts.device.address", email.lower(), algorithm="sha256").hexdigest()


def _signer() -> Signer:
    return Signer(salt="accounts.device")
