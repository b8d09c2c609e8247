"""With what somebody signs in, for administrators: a password, a provider, passkeys and other second factors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User

#: Codes for when a second factor is lost are none themselves.
_RECOVERY: Final = "recovery_codes"


def factors() -> QuerySet[Any] | None:
    """The second factors of everybody; None where the deployment has none (``MFA``)."""
    if not apps.is_installed("allauth.mfa"):
        return None
    factors: QuerySet[Any] = apps.get_model("mfa", "Authenticator").objects.exclude(type=_RECOVERY)
    return factors


def secured(users: QuerySet[User]) -> QuerySet[User]:
    """These users, each with ``secured``: whether a second factor is asked of them."""
    known = factors()
    return users if known is None else users.annotate(**{"secured": Exists(known.filter(user=OuterRef("pk")))})


def ways(user: User) -> list[str]:
    """With what this person can sign in."""
    password = [_("password")] if user.has_usable_password() else []
    if not apps.is_installed("allauth.socialaccount"):
        return password
    accounts = apps.get_model("socialaccount", "SocialAccount").objects.filter(user=user)
    return [*password, *(account.get_provider().name for account in accounts)]


def second(user: User) -> list[str]:
    """The second factors of this person, and when each was used last."""
    known = factors()
    return [] if known is None else [_factor(factor) for factor in known.filter(user=user).order_by("pk")]


def _factor(factor: Any) -> str:
    facts = {"name": factor, "kind": factor.get_type_display(), "day": _day(factor.last_used_at)}
    if factor.last_used_at is None:
        return _("%(name)s (%(kind)s), never used") % facts
    return _("%(name)s (%(kind)s), used last on %(day)s") % facts


def _day(at: datetime | None) -> str:
    return date_format(localtime(at), "DATE_FORMAT") if at is not None else ""
