"""A login has a name of its own: the key of its session changes while it lasts, with a passcode or a new password.

One by which somebody has joined a meeting is in the database until it ends, so that meetings can find out.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models.functions import Now

from accounts.models import Login

_KEY = "login"
#: How exactly the last use of a login is known.
_DAY = timedelta(days=1)


def name(session: SessionBase) -> None:
    """Name the login that has just begun; one that goes on keeps its name."""
    session.setdefault(_KEY, secrets.token_urlsafe(12))


def of(session: SessionBase) -> str:
    """The name of the login; "" for a guest."""
    login: str = session.get(_KEY, "")
    return login


def keep(login: str, user_id: int) -> None:
    """Somebody joins a meeting by this login, which was found valid. Forgets those of this person whose sessions have run out."""
    if Login.objects.filter(name=login, seen_at__gt=Now() - _DAY).exists():
        return
    Login.objects.update_or_create(name=login, defaults={"user_id": user_id, "seen_at": Now()})
    lifetime = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Login.objects.filter(user=user_id, seen_at__lt=Now() - (lifetime + _DAY)).delete()


def end(*, name: str = "", user: int | None = None, spare: str | None = None) -> None:
    """The login of this name, or all of this user but the one to ``spare``, have ended."""
    ended = Login.objects.filter(name=name) if user is None else Login.objects.filter(user=user).exclude(name=spare or "")
    ended.delete()


def going_on(names: Collection[str]) -> set[str]:
    """Those of these logins that have not ended."""
    return set(Login.objects.filter(name__in=names, user__is_active=True).values_list("name", flat=True))
