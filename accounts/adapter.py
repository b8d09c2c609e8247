from __future__ import annotations

import hashlib
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts import devices, guesses, languages, networks, throttle
from accounts.guesses import Count, Guess
from accounts.models import User
from accounts.signals import ask, enrolled, invited
from accounts.throttle import Limit, Throttled

SECONDS: Final = 5 * 60
PER_DEVICE: Final = Limit("login-device", 10, SECONDS)
PER_ACCOUNT: Final = Limit("login-account", 10, SECONDS)
#: The limit on mails of one kind to one address. Somebody who has reached it has ten valid links.
MAILS: Final = Limit("account-mails", 10, 60 * 60)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter: who may sign up (an invitation makes one account), and how often somebody may fail to sign in."""

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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt. This replaces allauth's limit for each account, by which anybody could shut its owner out.

        Raises ValidationError when there were too many failures.
        """
        try:
            self._guess = Guess(_counts(request, credentials.get("email", "").lower()))
        except Throttled:
            raise self.validation_error("too_many_login_attempts") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            self._guess.right()
        return user

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **options)
        devices.remember(response, user.email)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail, in the language of the account that has this address, else in that of the page.

        Does nothing, without notice, if this address has had its ``MAILS``.
        """
        recipient = hashlib.sha256(email.lower().encode()).hexdigest()
        try:
            throttle.take(MAILS, f"{template_prefix}:{recipient}")
        except Throttled:
            return
        with translation.override(languages.at(email) or translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Send it, and take as long as making an account takes, so that the time does not reveal the account."""
        User().set_password(email)
        super().send_account_already_exists_mail(email)


def _counts(request: HttpRequest, email: str) -> list[Count]:
    """The counters of a failure to sign in as ``email``, whether there is such an account or not."""
    if device := devices.find(request.COOKIES, email):
        return [(PER_DEVICE, device)]
    client = networks.address(request)
    prefix = networks.client_prefix(client)
    here = Limit("login-address", settings.LOGIN_FAILURES_PER_ADDRESS, SECONDS)
    return [(PER_ACCOUNT, f"{email}:{prefix}"), (here, prefix), *guesses.elsewhere(f"account:{email}", client)]
