"""Secrets of tokens: made once, stored as digests."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import BooleanField, CharField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from accounts.clock import Moment
from accounts.models import User
from accounts.prepared import Prepared
from api.models import Token
from api.scopes import Scope

LIFE_MAX: Final = timedelta(days=366)
#: So many tokens has a person at most, with those that have expired.
PER_PERSON: Final = 20
#: So that programs that search for secrets can recognise one.
PREFIX: Final = "cfk_"
HINT_LENGTH: Final = len(PREFIX) + 4
_USE_WRITTEN_AFTER: Final = timedelta(minutes=1)


class Full(Exception):
    """The person has as many tokens as one may have."""


def issue(
    name: str,
    scopes: Iterable[Scope],
    life: timedelta,
    *,
    user: User | None,
    created_by: User,
    random: Callable[[int], str] = secrets.token_urlsafe,
) -> tuple[Token, str]:
    """A new token and its secret. ``life`` is at most ``LIFE_MAX``. Without a ``user`` it is one of the deployment."""
    secret = PREFIX + random(32)
    token = Token(name=name, user=user, created_by=created_by, scopes=sorted(set(scopes)))
    token.digest, token.hint = _digest(secret), secret[:HINT_LENGTH]
    token.expires_at = Now() + min(life, LIFE_MAX)
    token.save()
    token.refresh_from_db(fields=["created_at", "expires_at"])
    return token, secret


@transaction.atomic
def issue_to(user: User, name: str, scopes: Iterable[Scope], life: timedelta) -> tuple[Token, str]:
    """A new token that a person makes for themselves, and its secret. Raises :class:`Full`."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Token.objects.filter(user=user).count() >= PER_PERSON:
        raise Full
    return issue(name, scopes, life, user=user, created_by=user)


def find(secret: str) -> Token | None:
    """The token with this secret, whose use is written. None if it was revoked, has expired, or its user may not sign in."""
    token = next(iter(_WITH_DIGEST(digest=_digest(secret))), None)
    if token is not None and token.stale:
        Token.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token


def _with_digest(digest: Any) -> QuerySet[Token]:
    used = Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - _USE_WRITTEN_AFTER)
    tokens = Token.objects.select_related("user").annotate(**{"stale": ExpressionWrapper(used, output_field=BooleanField())})
    may_come = Q(user__isnull=True) | Q(user__is_active=True)
    return tokens.filter(may_come, digest=digest, expires_at__gt=Now())


_WITH_DIGEST: Final = Prepared(_with_digest, digest=CharField())


def of(user: User) -> QuerySet[Token]:
    """The tokens of this person, each with ``expired``."""
    over = ExpressionWrapper(Q(expires_at__lte=Now()), output_field=BooleanField())
    return Token.objects.filter(user=user).annotate(**{"expired": over})


def outdated(now: Moment) -> QuerySet[Token]:
    """Those that have expired a month ago: until then their people see why nothing works."""
    return Token.objects.filter(expires_at__lt=now - timedelta(days=30))


def _digest(secret: str) -> str:
    """The secret has 256 random bits, so one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
