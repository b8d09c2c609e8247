"""What an endpoint is told of an event, as the rows are when it is sent. It has no names or addresses of people."""

from __future__ import annotations

import json
from typing import Any

from events.models import Event
from rooms.models import Attendance, Room


def body(event: Event) -> bytes:
    data = {"room": _room(event.room), **event.details, **_person(event.details.get("attendance"))}
    return json.dumps({"type": event.kind, "timestamp": event.at.isoformat(), "data": data}, separators=(",", ":")).encode()


def _room(pk: int) -> dict[str, Any]:
    """Code and name are missing once it is deleted."""
    room = Room.objects.filter(pk=pk).first()
    return {"id": pk} if room is None else {"id": pk, "code": room.slug, "name": room.name}


def _person(attendance: int | None) -> dict[str, Any]:
    stay = Attendance.objects.filter(pk=attendance or 0).first()
    return {} if stay is None else {"participant": stay.participant, "role": stay.role, "user": stay.user_id}
