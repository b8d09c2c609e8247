from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import ask, enrolled, invited

logger = logging.getLogger(__name__)


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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that does not answer costs the mail and nothing else."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.error("A mail could not be sent: %s", error)
            messages.error(self.request, _("The mail could not be sent. Try again later."))
