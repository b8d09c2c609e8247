"""What follows events. ``conference/kinds.py`` lists all followers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jobs.kinds import Kind


@dataclass(frozen=True)
class Follower:
    """``job`` is put for each event of these ``kinds`` (``Event.Kind``). Its work gets, as keywords, the ``event``'s number, its
    ``kind``, the number of its ``room``, and its ``details``.

    Jobs of different events are done in any order, and each at least once.
    """

    kinds: Collection[str]
    job: Kind
