"""What follows events. ``conference/kinds.py`` lists all followers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from jobs.kinds import Kind


def _always(kind: str, room: int) -> bool:
    return True


@dataclass(frozen=True)
class Follower:
    """``job`` is put for each event of these ``kinds`` (``Event.Kind``), if the follower ``wants`` one of this kind in this room.
    It is asked in the transaction of the event.

    The work of the job gets, as keywords, the ``event``'s number, its ``kind``, the number of its ``room``, and its ``details``.
    Jobs of different events are done in any order, and each at least once.
    """

    kinds: Collection[str]
    job: Kind
    wants: Callable[[str, int], bool] = _always
