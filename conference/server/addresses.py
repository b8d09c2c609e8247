"""How much one address may have of this process. A whole school may be behind one, so the bounds are generous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from accounts import throttle
from signaling.limits import Buckets

HANDSHAKES_PER_SECOND = 50.0


def household(address: str) -> str:
    """What one customer of a network has; "" for what is no address."""
    return throttle.household(throttle.plain(address))


class Place:
    """One connection or request of an address, until :meth:`leave`."""

    def __init__(self, open: Counter[str], address: str) -> None:
        self._open = open
        self._address = address
        self._left = False
        open[address] += 1

    def leave(self) -> None:
        """More than once is once."""
        if not self._left:
            self._left = True
            self._open[self._address] -= 1
            if not self._open[self._address]:
                del self._open[self._address]


class Addresses:
    """Connections and handshakes by address (IPv6 by /64). ``most`` may be open, and may be opened at once."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._open: Counter[str] = Counter()
        self._handshakes = Buckets(HANDSHAKES_PER_SECOND, most, clock)

    def enter(self, address: str) -> Place | None:
        """A place for one more, or None if there is none."""
        key = household(address)
        return Place(self._open, key) if self._open[key] < self._most else None

    def shake_hands(self, address: str) -> bool:
        """Whether one more WebSocket may be opened now."""
        return self._handshakes.take(household(address))
