"""A login has a name of its own: the key of its session changes while it lasts, with a passcode or a new password."""

from __future__ import annotations

import secrets

from django.contrib.sessions.backends.base import SessionBase

_KEY = "login"


def name(session: SessionBase) -> None:
    """Name the login that has just begun; one that goes on keeps its name."""
    session.setdefault(_KEY, secrets.token_urlsafe(12))


def of(session: SessionBase) -> str:
    """The name of the login; "" for a guest."""
    login: str = session.get(_KEY, "")
    return login
