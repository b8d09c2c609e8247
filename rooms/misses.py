"""Limits on guessing codes: how often somebody may ask for a room that does not exist.

People with an account or a guest's cookie are counted by themselves; the others by their network. So somebody in the same
network who guesses shuts out nobody who has a cookie. ``docs/security.md`` has the arithmetic.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from accounts import networks, throttle
from accounts.throttle import Limit

SECONDS: Final = 10 * 60
PER_PERSON: Final = 20


def take(identity: str | None, client: str) -> None:
    """Count one. Raises :class:`throttle.Throttled` when there have been too many."""
    throttle.take(*_counted(identity, client))


def check(identity: str | None, client: str) -> None:
    """Raises :class:`throttle.Throttled` when there have been too many."""
    throttle.check(*_counted(identity, client))


def _counted(identity: str | None, client: str) -> tuple[Limit, str]:
    if identity is not None:
        return Limit("misses", PER_PERSON, SECONDS), identity
    return Limit("misses", settings.MISSES_PER_ADDRESS, SECONDS), networks.client_prefix(client)
