"""What follows for tokens when something happens to accounts."""

from __future__ import annotations

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import shut_out
from api.models import Token


@receiver(shut_out)
def revoke(user: User, **_signal: object) -> None:
    """Whoever had somebody's login may have made a token."""
    Token.objects.filter(user=user).delete()
