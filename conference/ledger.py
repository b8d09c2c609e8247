"""Adds up what each participant has sent and received through the relay, and writes it into the database.

A row never gets smaller. So it does no harm that several processes read the same events, that an event is read twice, or that a
process starts in the middle: each knows of an allocation what it has heard, and the largest counts. At its end coturn says the
total, which repairs what nobody has heard.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Now

from accounts.clock import Moment
from conference.models import RelayUse
from conference.relay_events import Allocation, Event
from rooms.models import Room

#: Allocations that are open at the same time. Of more, those that were quiet the longest are forgotten.
MOST: Final = 10_000
#: Rows of one transaction.
BATCH: Final = 200
#: What a column takes, whatever somebody else writes into that Redis.
MOST_BYTES: Final = 2**62


class Tally:
    def __init__(self) -> None:
        self.received = 0
        self.sent = 0
        self.is_over = False

    def add(self, event: Event) -> None:
        if event.total:
            self.received, self.sent, self.is_over = max(self.received, event.received), max(self.sent, event.sent), True
        elif not self.is_over:
            self.received = min(MOST_BYTES, self.received + event.received)
            self.sent = min(MOST_BYTES, self.sent + event.sent)


class Ledger:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._tallies: OrderedDict[Allocation, Tally] = OrderedDict()
        self._unwritten: dict[Allocation, Tally] = {}

    def note(self, event: Event) -> None:
        tally = self._tallies.setdefault(event.allocation, Tally())
        tally.add(event)
        self._tallies.move_to_end(event.allocation)
        self._unwritten[event.allocation] = tally
        while len(self._tallies) > self._most:
            self._drop(next(iter(self._tallies)))

    def write(self) -> None:
        """Write what has changed. Raises DatabaseError; what was not written is written the next time."""
        while self._unwritten:
            batch = dict(islice(self._unwritten.items(), BATCH))
            with transaction.atomic():
                _write(batch)
            for allocation, tally in batch.items():
                del self._unwritten[allocation]
                if tally.is_over:
                    self._tallies.pop(allocation, None)

    def _drop(self, allocation: Allocation) -> None:
        del self._tallies[allocation]
        self._unwritten.pop(allocation, None)


def _write(tallies: dict[Allocation, Tally]) -> None:
    rooms = {*Room.objects.filter(pk__in={one.room for one in tallies}).values_list("pk", flat=True)}
    # In one order, because other processes write the same rows.
    known = {one: tallies[one] for one in sorted(tallies) if one.room in rooms}
    rows = [RelayUse(room_id=one.room, participant=one.participant, allocation=one.name) for one in known]
    RelayUse.objects.bulk_create(rows, ignore_conflicts=True)
    for one, tally in known.items():
        RelayUse.objects.filter(participant=one.participant, allocation=one.name).update(
            received=Greatest(F("received"), tally.received), sent=Greatest(F("sent"), tally.sent), seen_at=Now()
        )


def outdated(now: Moment) -> QuerySet[Any]:
    """Kept as long as attendance, which says who it was."""
    return RelayUse.objects.filter(seen_at__lt=now - timedelta(days=settings.ATTENDANCE_DAYS))
