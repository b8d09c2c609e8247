"""Logins and their names. A login needs a name, because the key of its session changes with a passcode or a new password.

A login by which somebody has joined a meeting is in the database until it ends, so that a review of meetings can see the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import Login, User
from accounts.signals import shut_out

_KEY = "login"
#: The last use of a login is stored with this precision.
_DAY = timedelta(days=1)


def name(session: SessionBase) -> None:
    """Give a new login a name. A login that continues keeps its name."""
    session.setdefault(_KEY, secrets.token_urlsafe(12))


def of(session: SessionBase) -> str:
    """The name of the login; "" for a guest."""
    login: str = session.get(_KEY, "")
    return login


def keep(login: str, user_id: int) -> None:
    """Store a valid login by which somebody joins a meeting. Deletes those of this person whose sessions have expired."""
    if Login.objects.filter(name=login, seen_at__gt=Now() - _DAY).exists():
        return
    Login.objects.update_or_create(name=login, defaults={"user_id": user_id, "seen_at": Now()})
    lifetime = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Login.objects.filter(user=user_id, seen_at__lt=Now() - (lifetime + _DAY)).delete()


def end(*, name: str = "", user: int | None = None, spare: str | None = None) -> None:
    """Delete the login of this name, or all logins of this user except the one to ``spare``."""
    ended = Login.objects.filter(name=name) if user is None else Login.objects.filter(user=user).exclude(name=spare or "")
    ended.delete()


@transaction.atomic
def end_all(user: User) -> None:
    """End every login of this person, also those by which nobody has joined a meeting, and whatever else lets others act as them
    (``shut_out``). The sockets close after the commit.
    """
    known = User.objects.select_for_update().get(pk=user.pk)
    known.logins_version += 1
    known.save(update_fields=["logins_version"])
    shut_out.send(User, user=known)


def going_on(names: Collection[str]) -> set[str]:
    """The names of these logins that have not ended."""
    return set(Login.objects.filter(name__in=names, user__is_active=True).values_list("name", flat=True))
