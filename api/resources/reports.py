"""What happened in a room: meetings that took place, who attended, and who changed what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Count
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from api.auth import needs
from api.callers import Request
from api.pages import Turn, page
from api.scopes import Scope
from api.shapes import Key, Listed, Output
from rooms import audit
from rooms.models import NAME_LENGTH, Attendance, AuditEntry, Meeting, Use

router = Router()


class SittingOut(Output):
    """A meeting that took place, from the first join to the last leave. It need not have been scheduled."""

    id: int
    started_at: datetime
    ended_at: datetime | None = Field(description="Null while it goes on.")
    attendances: int


class SittingsOut(Listed):
    items: list[SittingOut]


class AttendanceOut(Output):
    """One stay. Somebody who came twice has two."""

    id: int
    person: int | None = Field(description="The same for all stays of one person in this meeting.")
    user: int | None = Field(description="The id of the user; null for somebody without an account.")
    name: str
    role: Attendance.Role
    joined_at: datetime
    left_at: datetime | None = Field(description="Null while they are there.")
    reason: str = Field(description="Why it ended, for example `left`, `timeout` or `removed`.")


class AttendancesOut(Listed):
    items: list[AttendanceOut]


class EntryOut(Output):
    id: int
    at: datetime
    actor: int | None = Field(description="The id of the user; null for a system, a guest or a deleted account.")
    actor_name: str
    action: AuditEntry.Action
    target: str
    use: Use | None = Field(description="What somebody, or everybody, was kept from.")


class AuditOut(Listed):
    items: list[EntryOut]


class Filters(Turn):
    action: AuditEntry.Action | None = None
    person: Annotated[str, Field(max_length=NAME_LENGTH, description="Only by or about somebody whose name has this.")] = ""


def describe_sitting(meeting: Any) -> SittingOut:
    ended = meeting.ended_at
    return SittingOut(id=meeting.pk, started_at=meeting.started_at, ended_at=ended, attendances=meeting.stays)


def describe_attendance(stay: Attendance) -> AttendanceOut:
    plain = {name: getattr(stay, name) for name in ("person", "name", "joined_at", "left_at", "reason")}
    return AttendanceOut(id=stay.pk, user=stay.user_id, role=Attendance.Role(stay.role), **plain)


def describe_entry(entry: AuditEntry) -> EntryOut:
    plain = {name: getattr(entry, name) for name in ("at", "actor_name", "target")}
    action, use = AuditEntry.Action(entry.action), Use(entry.use) if entry.use else None
    return EntryOut(id=entry.pk, actor=entry.actor_id, action=action, use=use, **plain)


@router.get(
    "/{room:code}/sittings", response=SittingsOut, auth=needs(Scope.REPORTS_READ), summary="List meetings that took place"
)
def list_sittings(request: Request, code: str, turn: Query[Turn]) -> Any:
    room, _by = request.caller.room(code, "history")
    return page(request, turn, room.meetings.annotate(**{"stays": Count("attendances")}), describe_sitting)


@router.get(
    "/{room:code}/sittings/{int:pk}/attendances",
    response=AttendancesOut,
    auth=needs(Scope.REPORTS_READ),
    summary="List who attended a meeting",
)
def list_attendances(request: Request, code: str, pk: Key, turn: Query[Turn]) -> Any:
    room, _by = request.caller.room(code, "history")
    meeting: Meeting = get_object_or_404(room.meetings, pk=pk)
    return page(request, turn, meeting.attendances.all(), describe_attendance)


@router.get("/{room:code}/audit", response=AuditOut, auth=needs(Scope.REPORTS_READ), summary="List who changed what")
def list_audit(request: Request, code: str, filters: Query[Filters]) -> Any:
    """Nobody can change an entry. It is deleted when its time is over."""
    room, _by = request.caller.room(code, "audit")
    return page(request, filters, audit.entries(room, filters.action or "", filters.person), describe_entry)
