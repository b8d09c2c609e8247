"""Mails that take a meeting, or one date of it, out of calendars. The job carries all that they need, because the meeting and the
invited may be deleted before it is done.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts import outbox
from jobs import queue
from jobs.kinds import Hopeless, Kind, Over
from schedule import entries, letters, mails
from schedule.ics import Date, Entry, Person
from schedule.letters import News, Recipient
from schedule.models import Invitee, Occurrence, ScheduledMeeting

logger = logging.getLogger(__name__)

#: So many mails are put in one transaction.
BATCH: Final = 100


def bid(scheduled: ScheduledMeeting, invitees: QuerySet[Invitee], occurrence: Occurrence | None = None) -> None:
    """Tell these people that a meeting, or one date of it, is cancelled for them. Nobody is told of what is over."""
    dates = scheduled.occurrences.filter(ends_at__gt=Now())
    shown = (dates if occurrence is None else dates.filter(pk=occurrence.pk)).first()
    people = [mails.recipient(invitee, scheduled) for invitee in mails.wanting(invitees)]
    if shown is None or not people or not mails.are_sent():
        return
    only = entries.date(occurrence, scheduled) if occurrence else None
    news = News("cancellation", entries.entry(scheduled), scheduled.room.name, shown.starts_at, shown.ends_at, only)
    arguments = {"news": asdict(news), "people": list(map(asdict, people)), "identity": outbox.make_identity()}
    queue.put(BID, json.loads(json.dumps(arguments, cls=DjangoJSONEncoder)), about=scheduled.title)


def _bid(over: Over, *, news: dict[str, Any], people: list[dict[str, Any]], identity: str) -> None:
    """Put the mails. Their identities follow from the job's, so that each is put once, however often this runs."""
    left, _, right = identity.partition("@")
    told = _news(news)
    numbered = list(enumerate(people))
    for start in range(0, len(numbered), BATCH):
        outbox.put_all(
            letters.compose(told, _recipient(packed), f"{left}.{number}@{right}", timezone.now())
            for number, packed in numbered[start : start + BATCH]
            if _may_get(packed["person"]["address"])
        )


def _may_get(address: str) -> bool:
    """Whether this address has not got too many mails today. It counts those that are put again, too."""
    try:
        with mails.counted(address):
            return True
    except Hopeless:
        logger.warning("A cancellation is not sent: its address has got as many mails about meetings today as we send")
        return False


def _news(packed: dict[str, Any]) -> News:
    date = packed["date"] and _date(packed["date"])
    return News(**_timed(packed, "starts_at", "ends_at") | {"entry": _entry(packed["entry"]), "date": date})


def _entry(packed: dict[str, Any]) -> Entry:
    parts = {"organiser": Person(**packed["organiser"]), "dates": tuple(map(_date, packed["dates"]))}
    return Entry(**_timed(packed, "starts") | parts)


def _date(packed: dict[str, Any]) -> Date:
    return Date(**_timed(packed, "original_at", "starts_at", "ends_at"))


def _recipient(packed: dict[str, Any]) -> Recipient:
    return Recipient(**packed | {"person": Person(**packed["person"])})


def _timed(packed: dict[str, Any], *names: str) -> dict[str, Any]:
    return packed | {name: datetime.fromisoformat(packed[name]) for name in names}


BID: Final = Kind("schedule.farewell", _bid)
