from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def signup(request: HttpRequest) -> dict[str, object]:
    """``signup_open``: whether this visitor is offered an account."""
    return {"signup_open": SimpleLazyObject(lambda: get_adapter(request).is_open_for_signup(request))}
