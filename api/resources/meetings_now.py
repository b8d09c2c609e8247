"""The meetings that are going on, of many rooms at once."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router
from pydantic import Field

from api.auth import needs
from api.callers import Caller, Request
from api.pages import Turn, page
from api.scopes import Scope
from api.shapes import Listed, Output
from rooms.models import Room
from signaling import live
from signaling.digest import Sums
from signaling.permissions import can

router = Router()


class MeetingNowOut(Output):
    code: str = Field(description="Of the room.")
    name: str = Field(description="Of the room.")
    present: int
    waiting: int | None = Field(description="How many wait to be admitted. For whoever may admit them; else null.")


class MeetingsNowOut(Listed):
    items: list[MeetingNowOut]


@router.get("", response=MeetingsNowOut, auth=needs(Scope.LIVE_READ), summary="List meetings that are going on")
def list_meetings_now(request: Request, turn: Query[Turn]) -> Any:
    """Of the rooms that the person of the token belongs to; with a token of the deployment, of all rooms. As of about two seconds
    ago.
    """
    overview = live.overview()
    if overview is None:
        raise live.Unreachable
    busy = {int(room): sums for room, sums in overview.rooms.items() if sums.present or sums.waiting}
    rooms = request.caller.rooms().filter(pk__in=busy)
    return page(request, turn, rooms, lambda room: _describe(request.caller, room, busy[room.pk]))


def _describe(caller: Caller, room: Room, sums: Sums) -> MeetingNowOut:
    waiting = sums.waiting if can(caller.standing(room), "admit") else None
    return MeetingNowOut(code=room.slug, name=room.name, present=sums.present, waiting=waiting)
