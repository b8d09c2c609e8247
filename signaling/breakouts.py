"""Breakout rooms: what the roster keeps of those of one meeting, and how people are dealt out to them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from signaling.protocol.facts import Breakout
from signaling.protocol.values import Late


class Breakouts(msgspec.Struct, frozen=True, kw_only=True):
    """The breakout rooms of a meeting; none if ``rooms`` is empty.

    ``choose``: everybody may choose a room. ``back``: everybody may go back to the main room. ``late`` says where those go who
    come later: to the main room, or to the room with the fewest people. At ``ends_at``, the store's time in milliseconds, all go
    back to the main room; 0 if no time is set. ``remaining`` is how much of it was left when this was read, at least 1 where
    there is an end; the store does not keep it.
    """

    rooms: list[Breakout] = []
    choose: bool = False
    back: bool = True
    late: Late = "main"
    ends_at: int = 0
    remaining: int = 0

    def has(self, place: str) -> bool:
        """Whether this is a place to be: one of the rooms, or "", the main room."""
        return place == "" or any(room.id == place for room in self.rooms)

    def is_over(self, now: int) -> bool:
        """Whether their time is over."""
        return 0 < self.ends_at <= now

    def read_at(self, now: int) -> Breakouts:
        """As read when it is ``now`` for the store."""
        return msgspec.structs.replace(self, remaining=max(1, self.ends_at - now) if self.ends_at else 0)


NONE = Breakouts()


def deal(ids: Iterable[str], rooms: Sequence[str], random: Callable[[], float]) -> dict[str, str]:
    """A room for each of these people, by chance; the numbers of people in two rooms differ by one at most."""
    shuffled = sorted(ids, key=lambda _: random())
    return {one: rooms[number % len(rooms)] for number, one in enumerate(shuffled)}
