"""What happened in a meeting, and when: who came and left, and what the audit has of this time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.names import shown_name
from rooms.models import Attendance, AuditEntry, Meeting
from signaling.protocol.values import Role

#: How many entries are shown.
MOST: Final = 100


@dataclass(frozen=True)
class Entry:
    at: datetime
    words: str


def entries(meeting: Meeting) -> list[Entry]:
    """The last of what happened, the latest first."""
    stays = meeting.attendances.all()
    came = [Entry(stay.joined_at, _("%(person)s came.") % {"person": _name(stay)}) for stay in _latest(stays, "joined_at")]
    left = [Entry(stay.left_at, _leaving(stay)) for stay in _latest(stays, "left_at") if stay.left_at]
    return sorted([*came, *left, *_audited(meeting)], key=lambda entry: entry.at, reverse=True)[:MOST]


def _latest(stays: QuerySet[Attendance], field: str) -> Iterable[Attendance]:
    return stays.filter(**{f"{field}__isnull": False}).order_by(f"-{field}", "-pk")[:MOST]


def _leaving(stay: Attendance) -> str:
    texts = {
        "removed": _("%(person)s was removed."),
        "ended": _("%(person)s left, because the meeting was ended."),
        "timeout": _("%(person)s lost the connection, and did not come back."),
    }
    return texts.get(stay.reason, _("%(person)s left.")) % {"person": _name(stay)}


def _audited(meeting: Meeting) -> Iterator[Entry]:
    found = AuditEntry.objects.filter(room=meeting.room_id, at__gte=meeting.started_at)
    if meeting.ended_at is not None:
        found = found.filter(at__lte=meeting.ended_at)
    for entry in found[:MOST]:
        what = " ".join(filter(None, (capfirst(entry.get_action_display()), entry.get_use_display(), entry.whom)))
        yield Entry(entry.at, _("%(person)s: %(what)s") % {"person": entry.actor_name or _("Somebody"), "what": what})


def _name(stay: Attendance) -> str:
    return shown_name(stay.name, cast(Role, stay.role))
