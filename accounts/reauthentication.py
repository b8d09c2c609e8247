"""What needs to be done by the person themselves, and not by whoever finds their browser open."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase

from accounts.http import AuthenticatedRequest

View = Callable[..., HttpResponseBase]


def recently_signed_in(view: View) -> View:
    """A decorator of views that are for people who are signed in. A POST needs a proof of the last five minutes.

    Others are asked for their password, a code or a passkey, and the POST is carried out then. Those who have none of these, for
    example because another server signs them in, sign in again.
    """

    @wraps(view)
    def answer(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or _is_recent(request):
            return view(request, *args, **kwargs)
        if get_adapter().get_reauthentication_methods(request.user):
            raise ReauthenticationRequired
        path = request.get_full_path()
        logout(request)
        return redirect_to_login(path)

    return cast(View, answer)


def _is_recent(request: AuthenticatedRequest) -> bool:
    """Whether the person of this login has proven lately who they are."""
    proofs = get_authentication_records(request, request.user)
    return bool(proofs) and time.time() - proofs[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
