"""The one-time link with which the first administrator is made."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.clock import Moment
from accounts.models import SetupLink, User

#: How long a token is valid. ``manage.py setup_link``, and each start of ``manage.py serve``, make a new one.
LIFE: Final = timedelta(days=7)


def issue() -> str | None:
    """A token for ``/setup/<token>``, in place of every earlier one; None when there is an administrator."""
    with transaction.atomic():
        SetupLink.objects.all().delete()
        if _administered():
            return None
        token = secrets.token_urlsafe(24)
        SetupLink.objects.create(digest=_digest(token))
        return token


def is_open(token: str) -> bool:
    """Whether the token is the newest one, unused, and there is no administrator yet."""
    return SetupLink.objects.filter(digest=_digest(token)).exists() and not _administered()


def redeem(token: str, make: Callable[[], User]) -> User | None:
    """Use up the token and make the administrator, in one transaction. Of two redemptions one gets None."""
    with transaction.atomic():
        used, _ = SetupLink.objects.filter(digest=_digest(token)).delete()
        return make() if used and not _administered() else None


def outdated(now: Moment) -> QuerySet[SetupLink]:
    return SetupLink.objects.filter(created_at__lt=now - LIFE)


def _administered() -> bool:
    return User.objects.filter(is_superuser=True).exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
