"""The people of every story: Alice hosts, Bob is a member, Carol knocks, Mallory is refused."""

from __future__ import annotations

from accounts.models import User

PASSWORD = "correct horse battery staple"


def person(name: str) -> User:
    """The user called ``name``, made at the first call."""
    email = f"{name.lower()}@example.org"
    return User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, display_name=name)
