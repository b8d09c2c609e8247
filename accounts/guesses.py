"""Limits on guessing a secret: the password of an account, the passcode of a room. They shut out nobody in another network.

A failure counts for the network that it came from. After ``CROWD`` failures at a secret in an hour, every region of the
Internet has only ``FEW`` failures in an hour, and all regions together ``LAST`` in a day. So somebody from a region that did
not fail has attempts left, and many networks together do not get many guesses. ``docs/security.md`` has the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from accounts import networks, throttle
from accounts.throttle import Limit, Throttled

HOUR: Final = 60 * 60
CROWD: Final = 100
FEW: Final = 3
LAST: Final = Limit("guesses-last", 1000, 24 * HOUR)
_ENDLESS: Final = 10**9
_EVERYWHERE: Final = Limit("guesses-everywhere", _ENDLESS, HOUR)
_REGION: Final = Limit("guesses-region", _ENDLESS, HOUR)

Count = tuple[Limit, str]


class Guess:
    """One attempt. It counts as a failure until it is known to be right, so a thousand at once do not exceed the limits."""

    def __init__(self, counts: Iterable[Count]) -> None:
        """Count an attempt. Raises :class:`Throttled` if one of these counters is full; then none was raised."""
        self._taken: list[Count] = []
        self.left: list[int] = []
        for limit, key in counts:
            try:
                self.left.append(throttle.take(limit, key))
            except Throttled:
                self.right()
                raise
            self._taken.append((limit, key))

    def right(self) -> None:
        """The attempt was right: take it off the counters."""
        for limit, key in self._taken:
            throttle.give_back(limit, key)


def elsewhere(secret: str, client: str) -> list[Count]:
    """The counters for all networks together of a failure at ``secret`` from the address ``client``."""
    everywhere, region = (_EVERYWHERE, secret), f"{secret}:{networks.region(client)}"
    if throttle.used(*everywhere) < CROWD:
        return [(_REGION, region), everywhere]
    return [(replace(_REGION, count=FEW), region), (LAST, secret), everywhere]
