"""Jobs that are done now, in this thread."""

from __future__ import annotations

from threading import Event

from conference.kinds import KINDS
from jobs.kinds import Kind
from jobs.runner import Lane


def work_off(*kinds: Kind) -> None:
    """Do all that is due of these kinds, or of all kinds."""
    Lane(kinds or KINDS, Event(), set()).work_off()
