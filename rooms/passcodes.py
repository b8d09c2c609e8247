"""Trying a passcode. Counted before it is evaluated, so that a thousand tries at once are ten evaluations."""

from __future__ import annotations

from rooms import audit, throttle
from rooms.models import AuditEntry, Room
from rooms.throttle import Limit

PER_ADDRESS = Limit("passcode-address", 10, 30 * 60)
PER_ROOM = Limit("passcode-room", 100, 60 * 60)


def attempt(room: Room, passcode: str, client: str) -> bool:
    """Is this the passcode? ``client`` is an address. Only failures count. Raises ``throttle.Throttled``."""
    keys = ((PER_ADDRESS, f"{room.pk}:{throttle.household(client)}"), (PER_ROOM, str(room.pk)))
    left = [throttle.take(limit, key) for limit, key in keys]
    if room.check_passcode(passcode):
        for limit, key in keys:
            throttle.give_back(limit, key)
        return True
    if 0 in left:
        audit.record(room, None, AuditEntry.Action.PASSCODE, address=throttle.region(client))
    return False
