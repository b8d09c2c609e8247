"""Guessing a secret: an account's password, a room's passcode. Failures are bounded, and shut out nobody who fails elsewhere.

A failure counts in the network that it came from. Once a secret was guessed at ``CROWD`` times in an hour, every region of the
Internet has only ``FEW`` failures in an hour, and all together ``LAST`` in a day. So whoever comes from a region that did not
guess has tries left, and many networks do not add up to many guesses. ``docs/security.md`` has the arithmetic.
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
    """One try, which is a failure until it is known to be right: so a thousand at once are no more than the limits permit."""

    def __init__(self, counts: Iterable[Count]) -> None:
        """Raises :class:`Throttled` when one of these counts is full; then it has counted in none."""
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
        """This was no failure."""
        for limit, key in self._taken:
            throttle.give_back(limit, key)


def elsewhere(secret: str, client: str) -> list[Count]:
    """What a failure at ``secret`` from the address ``client`` counts in, as seen from all networks together."""
    everywhere, region = (_EVERYWHERE, secret), f"{secret}:{networks.region(client)}"
    if throttle.used(*everywhere) < CROWD:
        return [(_REGION, region), everywhere]
    return [(replace(_REGION, count=FEW), region), (LAST, secret), everywhere]
