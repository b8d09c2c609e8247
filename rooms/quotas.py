"""How many rooms somebody may have, and make within an hour."""

from __future__ import annotations

from django.conf import settings

from accounts import throttle
from accounts.models import User
from accounts.throttle import Limit
from rooms.models import Room


class Full(Exception):
    """This account has as many rooms as one may have."""


def take(user: User) -> None:
    """Count one room that ``user`` makes. Raises :class:`Full`, or Throttled if there were too many within an hour."""
    if Room.objects.owned_by(user.pk).count() >= settings.ROOMS_PER_ACCOUNT:
        raise Full
    throttle.take(Limit("rooms", settings.ROOMS_PER_HOUR, 60 * 60), str(user.pk))
