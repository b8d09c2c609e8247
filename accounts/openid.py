from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User
from accounts.names import clean_name
from signaling.protocol import NAME_LENGTH


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the deployer's own provider vouches for may sign up, whatever SIGNUP says to strangers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.display_name = _display_name(data)
        return user


def _display_name(data: dict[str, Any]) -> str:
    mailbox = str(data.get("email") or "").partition("@")[0]
    for claim in (data.get("name"), data.get("username"), mailbox):
        try:
            return clean_name(str(claim or "")[:NAME_LENGTH])
        except ValidationError:
            continue
    return ""
