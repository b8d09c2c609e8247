"""The notice that an administrator shows to everybody now, as this process knows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models.functions import Now
from msgspec import UNSET

from conference.branding import digest
from conference.known import Known
from conference.models import Notice
from signaling.protocol import facts

#: Where a browser remembers which notice was closed.
COOKIE: Final = "notice"
#: More than these are not planned at once.
MOST: Final = 20


class Planned(NamedTuple):
    """A notice that is shown from ``begins`` until ``ends``, by the clock of :data:`known`. The ``id`` changes with its words."""

    id: str
    text: str
    at: datetime | None
    begins: float
    ends: float


Plan = tuple[Planned, ...]


def planned(clock: Callable[[], float]) -> Plan:
    """The notices that have not ended. When they begin and end is said by the database's clock."""
    rows = Notice.objects.filter(shown_until__gt=Now()).order_by("shown_from").annotate(now=Now())[:MOST]
    return tuple(_planned(row, row.now, clock()) for row in rows)


def _planned(row: Notice, database: datetime, here: float) -> Planned:
    def moment(at: datetime) -> float:
        return here + (at - database) / timedelta(seconds=1)

    words = f"{row.pk} {row.maintenance_at} {row.text}"
    return Planned(digest(words.encode()), row.text, row.maintenance_at, moment(row.shown_from), moment(row.shown_until))


known: Final[Known[Plan]] = Known((), lambda plan: planned(time.monotonic), time.monotonic)


def current(now: float) -> Planned | None:
    """The notice that is shown at ``now``; of several the one that began last."""
    return max((one for one in known.get() if one.begins <= now < one.ends), key=lambda one: one.begins, default=None)


def fact() -> facts.Notice:
    """What people in meetings are told now, as it goes to their browsers."""
    notice = current(time.monotonic())
    if notice is None:
        return facts.Notice()
    return facts.Notice(id=notice.id, text=notice.text, at=UNSET if notice.at is None else int(notice.at.timestamp()))
