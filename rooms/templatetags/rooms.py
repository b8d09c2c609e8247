"""What lists of rooms show of a room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from django.template import Library
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from accounts.fragments import fragment, reader
from rooms.forms import CodeForm
from rooms.models import Room
from signaling.protocol.values import Role

register = Library()

_BLANK: Final = CodeForm()


@register.simple_tag
def code_form(form: CodeForm | None = None) -> SafeString:
    """The form for the code of a room: blank, or as somebody has sent it."""
    if form is None or not form.is_bound:
        return fragment("rooms/code_form.html", reader(), form=_BLANK)
    return render_to_string("rooms/code_form.html", {"form": form})


class Row(NamedTuple):
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
def room_rows(rooms: Iterable[Room]) -> SafeString:
    """The rooms of a list, with ``used_at`` and ``present``."""
    who = reader()
    return mark_safe("".join([fragment("rooms/row.html", who, room=_row(room)) for room in rooms]))  # noqa: S308


def _row(room: Room) -> Row:
    return Row(
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
