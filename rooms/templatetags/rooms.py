"""What lists of rooms show of a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.template import Library
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from rooms.models import Room
from signaling.protocol.values import Role

#: Rows that a process keeps rendered: some megabytes.
ROWS_KEPT: Final = 2000

register = Library()


@dataclass(frozen=True, slots=True)
class Row:
    """All that a row shows of a room to the person for whom the room was fetched."""

    name: str
    slug: str
    role: Role
    may_edit: bool
    used_at: datetime | None
    present: int | None
    locked: bool
    has_passcode: bool
    access: str

    @property
    def url(self) -> str:
        return reverse("room", args=[self.slug])


@register.simple_tag
def room_row(room: Room) -> str:
    """A room in a list, with ``used_at`` and ``present``."""
    row = Row(
        name=room.name,
        slug=room.slug,
        role=room.role,
        may_edit="edit" in room.permitted,
        used_at=room.used_at,
        present=room.present,
        locked=room.locked,
        has_passcode=bool(room.passcode),
        access=room.access,
    )
    return _row(row, get_language(), timezone.get_current_timezone_name())


@lru_cache(maxsize=ROWS_KEPT)
def _row(row: Row, language: str | None, zone: str) -> str:
    """A row is rendered again only when something on it is another, or for a reader with another language or zone."""
    return render_to_string("rooms/row.html", {"room": row})
