from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Whether a stranger may sign up. ``rooms`` puts ``invitation`` into the login when somebody follows a good one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        match settings.SIGNUP:
            case "open":
                return True
            case "invitation":
                return bool(request.session.get("invitation"))
            case _:
                return False
