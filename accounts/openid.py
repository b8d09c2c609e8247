from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.signals import social_account_added
from django.core.exceptions import ValidationError
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.shortcuts import render

from accounts import addresses
from accounts.models import User
from accounts.names import clean_name
from signaling.protocol.bounds import NAME_LENGTH


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the provider of this deployment signs in may sign up, whatever SIGNUP says."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """The account that has an address of the provider's person, verified on both sides.

        An account whose address is not verified may belong to somebody who typed the address before its owner came.
        """
        owned = EmailAddress.objects.filter(email__in=_vouched(sociallogin), verified=True).select_related("user")
        address = owned.order_by("pk").first()
        return (address.user, address.email) if address else None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Raises ImmediateHttpResponse, with a page that says what to do, where an unverified account has the address."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        # An unverified further address of another account does not keep its owner out.
        typed = EmailAddress.objects.filter(email__in=_vouched(sociallogin), verified=False)
        typed.exclude(user__email=F("email")).delete()
        if _is_claimed(sociallogin):
            raise ImmediateHttpResponse(render(request, "accounts/address_claimed.html", status=409))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.display_name = _display_name(data)
        return user


@receiver(social_account_added)
def connected(sociallogin: Any, **_: object) -> None:
    """Verify the account's address, if the provider says that it is this person's."""
    if sociallogin.user.email in _vouched(sociallogin):
        addresses.vouch(sociallogin.user)


def _vouched(sociallogin: Any) -> list[str]:
    """The addresses that are verified at the provider."""
    return [address.email.lower() for address in sociallogin.email_addresses if address.verified is True]


def _is_claimed(sociallogin: Any) -> bool:
    claimed = [address.email.lower() for address in sociallogin.email_addresses]
    return User.objects.filter(email__in=claimed).exists()


def _display_name(data: dict[str, Any]) -> str:
    mailbox = str(data.get("email") or "").partition("@")[0]
    for claim in (data.get("name"), data.get("username"), mailbox):
        try:
            return clean_name(str(claim or "")[:NAME_LENGTH])
        except ValidationError:
            continue
    return ""
