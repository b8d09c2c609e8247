"""What the API keeps of a person with an account: to show it, and to delete what is over."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.functions import Now
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.personal import Part
from accounts.signals import forgotten, recalled
from api.models import Token


@receiver(recalled)
def parts(user: User, **_signal: object) -> Iterable[Part]:
    fate = _("This stays until it is revoked, or has expired and is deleted.")
    facts = ("name", "scopes", "hint", "created_at", "expires_at", "last_used_at")
    return [Part("tokens", _("Access tokens"), fate, [*Token.objects.filter(user=user).order_by("pk").values(*facts)])]


@receiver(forgotten)
def forget(user: User, **_signal: object) -> None:
    """Tokens of the deployment that the person has made stay: other systems use them."""
    Token.objects.filter(user=user, expires_at__lte=Now()).delete()
