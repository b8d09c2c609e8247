from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import ask, enrolled, invited


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Whether a stranger may sign up. An invitation makes one account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        match settings.SIGNUP:
            case "open":
                return True
            case "invitation":
                return ask(invited, request=request)
            case _:
                return False

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Raises PermissionDenied, and saves nothing, when somebody else has just used the invitation."""
        saved: User = super().save_user(request, user, form, commit)
        used = ask(enrolled, request=request, user=saved)
        if settings.SIGNUP == "invitation" and not used:
            raise PermissionDenied
        return saved

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes as long as making an account, so that the time does not tell the two apart."""
        User().set_password(email)
        super().send_account_already_exists_mail(email)
