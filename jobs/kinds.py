"""What a kind of job is. It is a value: who puts a job names its kind, and a runner is given the kinds that it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

#: The waits after each failure: some ten hours in all. After the last one a job is given up.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))

#: Whether the process is about to end. Work that takes long asks, and returns early.
Over = Callable[[], bool]


@dataclass(frozen=True)
class Kind:
    """``work`` is called with an ``Over`` and the arguments of the job as keywords. If it raises :class:`Hopeless`, the job is
    refused; if it raises anything else, the job is tried again.

    One job may be worked on more than once, because a process may end before it has written that the job is done.
    """

    #: Stays the same from release to release: it is in the database.
    name: str
    work: Callable[..., None]
    #: Whether it waits for other servers. Such jobs have threads of their own, so that they do not hold up the others.
    outside: bool = False
    #: A periodic kind has one job without arguments, which is done again so long after it was done, and never given up.
    every: timedelta | None = None

    def pause(self, attempts: int) -> timedelta | None:
        """The wait after so many failed attempts; None if there is no further attempt."""
        if self.every is not None:
            return min(PAUSES[min(attempts, len(PAUSES)) - 1], self.every)
        return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


class Hopeless(Exception):
    """The job would fail again. The text is kept for administrators."""
