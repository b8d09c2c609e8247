"""Who a person is in a meeting: an identity, and a name that others see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def identify(user: User | AnonymousUser, guest: str) -> str | None:
    """``user:<pk>``, ``guest:<id>``, or None for a guest without an id yet."""
    if user.is_authenticated:
        return f"user:{user.pk}"
    return f"guest:{guest}" if guest else None


def user_behind(identity: str) -> User | None:
    """The user whose identity this is; None for a guest, and for a user who has been deleted."""
    kind, _, key = identity.partition(":")
    return User.objects.filter(pk=int(key)).first() if kind == "user" and key.isdecimal() else None


def display_name(user: User | AnonymousUser) -> str:
    """The name that others see. Never the whole e-mail address."""
    if not user.is_authenticated:
        return ""
    return user.display_name or user.email.partition("@")[0]
