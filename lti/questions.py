"""The question to a platform who somebody is. Its answer counts once, in the browser that was led to the platform.

A cookie has the nonce. The answer is a form that another site sends, so the cookie has ``SameSite=None``, which browsers take
with ``Secure`` only: over https, or on localhost.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import constant_time_compare

from lti.messages import Wrong
from lti.models import Platform

LIFE: Final = timedelta(minutes=10)
_SALT: Final = "lti.question"


def ask(
    platform: Platform, launch_url: str, login_hint: str, message_hint: str, random: Callable[[], str] = secrets.token_urlsafe
) -> HttpResponse:
    """Lead the browser to the platform (LTI 1.3 Security Framework, section 5.1.1.2)."""
    nonce = random()
    query = {
        **{"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"},
        **{"client_id": platform.client, "redirect_uri": launch_url, "login_hint": login_hint},
        **{"state": signing.dumps([platform.pk, nonce], salt=_SALT), "nonce": nonce},
        **({"lti_message_hint": message_hint} if message_hint else {}),
    }
    joint = "&" if "?" in platform.login_url else "?"
    response = HttpResponseRedirect(f"{platform.login_url}{joint}{urlencode(query)}")
    response.set_cookie(settings.LTI_COOKIE_NAME, nonce, max_age=LIFE, secure=True, httponly=True, samesite="None")
    return response


def answered(request: HttpRequest) -> tuple[int, str]:
    """The platform that was asked, and the nonce. Raises Wrong unless this browser was led to it."""
    try:
        platform, nonce = signing.loads(request.POST.get("state", ""), salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        raise Wrong("its state is not ours, or too old") from None
    if not constant_time_compare(request.COOKIES.get(settings.LTI_COOKIE_NAME, ""), nonce):
        raise Wrong("the browser has no cookie of the question")
    return platform, nonce


def forget(response: HttpResponse) -> None:
    response.delete_cookie(settings.LTI_COOKIE_NAME, samesite="None")
    response.cookies[settings.LTI_COOKIE_NAME]["secure"] = True
