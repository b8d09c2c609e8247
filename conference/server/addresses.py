"""Limits for each address on the connections of this process. They are generous: a whole school may have one address."""

from __future__ import annotations

from collections.abc import Callable

from accounts import networks
from signaling.limits import Buckets


def client_prefix(address: str) -> str:
    """The network of one customer; "" for what is no address."""
    return networks.client_prefix(networks.plain(address))


class Place:
    """One connection or request of an address, until :meth:`leave`. ``end`` ends it."""

    def __init__(self, places: dict[Place, bool], end: Callable[[], None]) -> None:
        self._places = places
        self.end = end
        places[self] = False

    def settle(self) -> None:
        """Somebody has joined on this connection: it is not ended for another."""
        if self in self._places:
            self._places[self] = True

    def leave(self) -> None:
        """Give the place back. May be called more than once."""
        self._places.pop(self, None)


class Addresses:
    """Connections and handshakes by address (IPv6 by /64). ``most`` may be open, and ``handshakes`` a second opened."""

    def __init__(self, most: int, handshakes: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._open: dict[str, dict[Place, bool]] = {}
        self._handshakes = Buckets(handshakes, most, clock)

    def enter(self, address: str, end: Callable[[], None]) -> Place | None:
        """A place for one more. If all are taken, the oldest on which nobody has joined is ended; None if there is none."""
        key = client_prefix(address)
        places = self._open.get(key, {})
        if len(places) >= self._most:
            oldest = next((place for place, settled in places.items() if not settled), None)
            if oldest is None:
                return None
            oldest.leave()
            oldest.end()
        self._forget()
        return Place(self._open.setdefault(key, places), end)

    def _forget(self) -> None:
        """Delete addresses at the front that have nothing open. Move the first that has to the end."""
        while self._open and not next(iter(self._open.values())):
            del self._open[next(iter(self._open))]
        if self._open:
            first = next(iter(self._open))
            self._open[first] = self._open.pop(first)

    def shake_hands(self, address: str) -> bool:
        """Whether one more WebSocket may be opened now."""
        return self._handshakes.take(client_prefix(address))
