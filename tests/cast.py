"""The people of every story: Alice hosts, Bob is a member, Carol knocks, Mallory is refused."""

from __future__ import annotations

from accounts import addresses
from accounts.models import User

PASSWORD = "correct horse battery staple"


def person(name: str) -> User:
    """The user called ``name``, made at the first call. Their address is verified."""
    email = f"{name.lower()}@example.org"
    return User.objects.filter(email=email).first() or _made(email, name)


def _made(email: str, name: str) -> User:
    user = User.objects.create_user(email, PASSWORD, display_name=name)
    addresses.assign(user)
    return user
