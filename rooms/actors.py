"""The ``Actor`` of a command on a page or in Django's admin."""

from __future__ import annotations

from accounts.models import User
from signaling.permissions import Actor, Standing


def actor(user: User, standing: Standing) -> Actor:
    """This user as an actor. The standing is ``room.role`` of a room that was fetched for them, or ``staff``."""
    return Actor(standing, f"user:{user.pk}", str(user))
