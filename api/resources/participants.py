"""Who is in a meeting now, and what can be done to them: the commands that a host has in the meeting (``signaling/live.py``)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from ninja import Router, Schema, Status
from pydantic import AfterValidator, ConfigDict, Field

from api.auth import needs
from api.callers import Request
from api.problems import Kind, Problem
from api.scopes import Scope
from api.shapes import Output
from rooms.models import Attendance, BreakoutRoom, Room
from signaling import live
from signaling.live import Record
from signaling.protocol.bounds import BROADCAST_LENGTH, REASON_LENGTH
from signaling.protocol.texts import check_text, check_visible
from signaling.protocol.values import Restriction, Role, Use

router = Router()

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
Text = Annotated[
    str,
    Field(min_length=1, max_length=BROADCAST_LENGTH),
    AfterValidator(lambda text: check_visible(text, BROADCAST_LENGTH, what="text")),
]
Reason = Annotated[str, Field(max_length=REASON_LENGTH), AfterValidator(lambda text: check_text(text, REASON_LENGTH))]


class ParticipantOut(Output):
    """Somebody who is in the meeting, or waits to be admitted. One person can be there several times."""

    id: str
    name: str
    role: Role = Field(description="In this meeting.")
    user: int | None = Field(description="The id of the user; null for a guest.")
    state: Literal["present", "waiting"]
    connected: bool = Field(description="False while they have lost their connection and may come back.")
    since: datetime | None = Field(description="Since when they are in the meeting; null while they wait.")
    breakout_room: str | None = Field(description="The breakout room where they are; null in the main room.")
    hand_raised: bool
    asks_for_help: bool = Field(description="From within a breakout room.")
    restrictions: dict[str, Restriction] = Field(
        description="What they are kept from using. What is `stopped` they can lift themselves; what is `forbidden` they cannot."
    )
    note: str = Field(description="What somebody who waits lets the hosts know.")


class ParticipantsOut(Output):
    items: list[ParticipantOut]


class Denial(Schema):
    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field("", description="It is said to whoever is denied.")


class Notice(Schema):
    model_config = ConfigDict(extra="forbid")

    text: Text


class OfUse(Schema):
    model_config = ConfigDict(extra="forbid")

    use: Use


class NewRestriction(OfUse):
    how: Restriction = Field("stopped", description="They can lift what is `stopped`, and cannot lift what is `forbidden`.")


_ACT: Final[dict[str, Any]] = {"response": {204: None}, "auth": needs(Scope.LIVE_WRITE)}


@router.get(
    "/{room:code}/participants", response=ParticipantsOut, auth=needs(Scope.LIVE_READ), summary="List who is in the meeting"
)
def list_participants(request: Request, code: str) -> Any:
    """In the order of their arrival, also those who wait. For whoever may admit people to the room."""
    room, _by = request.caller.room(code, "admit")
    people = live.people(str(room.pk))
    if people is None:
        raise live.Unreachable
    return {"items": _described(room, people)}


@router.post("/{room:code}/participants/{id}/admit", **_ACT, summary="Admit somebody who waits")
def admit_participant(request: Request, code: str, id: Id) -> Any:
    """409 if the room is full."""
    room, by = request.caller.room(code, "admit")
    live.admit(by, str(room.pk), id)
    return Status(204, None)


@router.post("/{room:code}/participants/{id}/deny", **_ACT, summary="Deny somebody who waits")
def deny_participant(request: Request, code: str, id: Id, body: Denial) -> Any:
    room, by = request.caller.room(code, "deny")
    live.deny(by, str(room.pk), id, body.reason)
    return Status(204, None)


@router.post("/{room:code}/participants/{id}/remove", **_ACT, summary="Remove somebody")
def remove_participant(request: Request, code: str, id: Id) -> Any:
    """They may come back after a minute."""
    room, by = request.caller.room(code, "remove")
    live.remove(by, str(room.pk), id)
    return Status(204, None)


@router.post("/{room:code}/participants/{id}/ban", **_ACT, summary="Ban somebody")
def ban_participant(request: Request, code: str, id: Id) -> Any:
    """The person of this participant is removed wherever they are in the meeting, and cannot enter again until the ban ends."""
    room, by = request.caller.room(code, "ban")
    live.remove(by, str(room.pk), id, ban=True)
    return Status(204, None)


@router.post("/{room:code}/participants/{id}/restrict", **_ACT, summary="Keep somebody from using something")
def restrict_participant(request: Request, code: str, id: Id, body: NewRestriction) -> Any:
    """To mute somebody is to stop their `microphone`. The browsers of the others do not play or show what is restricted."""
    room, by = request.caller.room(code, "restrict")
    live.restrict(by, str(room.pk), [id], body.use, body.how)
    return Status(204, None)


@router.post("/{room:code}/participants/{id}/free", **_ACT, summary="Lift a restriction")
def free_participant(request: Request, code: str, id: Id, body: OfUse) -> Any:
    room, by = request.caller.room(code, "restrict")
    live.free(by, str(room.pk), [id], body.use)
    return Status(204, None)


@router.post("/{room:code}/participants/{id}/ask", **_ACT, summary="Ask somebody to turn something on")
def ask_participant(request: Request, code: str, id: Id, body: OfUse) -> Any:
    """Nothing is turned on before they do it."""
    room, by = request.caller.room(code, "ask")
    live.ask(by, str(room.pk), id, body.use)
    return Status(204, None)


@router.post("/{room:code}/participants/{id}/lower", **_ACT, summary="Lower a hand")
def lower_hand(request: Request, code: str, id: Id) -> Any:
    room, by = request.caller.room(code, "lower")
    live.lower(by, str(room.pk), id)
    return Status(204, None)


@router.post("/{room:code}/restrict", **_ACT, summary="Keep everybody from using something")
def restrict_everybody(request: Request, code: str, body: NewRestriction) -> Any:
    """Everybody who is in the meeting now, and whom the caller may restrict. Who comes later is not restricted: that is
    `hosts_only` of the room.
    """
    room, by = request.caller.room(code, "restrict")
    live.restrict(by, str(room.pk), None, body.use, body.how)
    return Status(204, None)


@router.post("/{room:code}/free", **_ACT, summary="Lift a restriction of everybody")
def free_everybody(request: Request, code: str, body: OfUse) -> Any:
    room, by = request.caller.room(code, "restrict")
    live.free(by, str(room.pk), None, body.use)
    return Status(204, None)


@router.post("/{room:code}/notice", **_ACT, summary="Say something to everybody in the meeting")
def give_notice(request: Request, code: str, body: Notice) -> Any:
    """It is shown in every call, under the name of the person or the token. Nothing is kept of it. 409 if nobody is in the
    meeting.
    """
    room, by = request.caller.room(code, "end")
    try:
        live.broadcast(by, str(room.pk), body.text)
    except live.Strange:
        raise _deserted() from None
    return Status(204, None)


@router.post("/{room:code}/end", **_ACT, summary="End the meeting")
def end_meeting(request: Request, code: str) -> Any:
    """For everybody. The room stays. 409 if nobody is in the meeting."""
    room, by = request.caller.room(code, "end")
    if not live.end(by, str(room.pk)):
        raise _deserted()
    return Status(204, None)


def _deserted() -> Problem:
    return Problem(Kind.CONFLICT, "Nobody is in the meeting.")


def _described(room: Room, people: list[Record]) -> list[ParticipantOut]:
    since = _since(room, [one.id for one in people if one.state == "present"])
    names = _names(room, {one.place for one in people if one.place})
    return [_describe(one, since.get(one.id), names.get(one.place)) for one in people]


def _describe(one: Record, since: datetime | None, breakout_room: str | None) -> ParticipantOut:
    kind, _, key = one.identity.partition(":")
    return ParticipantOut(
        id=one.id,
        name=one.name,
        role=one.role,
        user=int(key) if kind == "user" else None,
        state=one.state,
        connected=one.link == "attached",
        since=since,
        breakout_room=breakout_room,
        hand_raised=one.hand > 0,
        asks_for_help=one.help,
        restrictions=one.restrictions,
        note=one.note,
    )


def _since(room: Room, ids: Collection[str]) -> dict[str, datetime]:
    """As attendance has it, which is written a moment later than the roster."""
    stays = Attendance.objects.filter(meeting__room=room, left_at=None, participant__in=ids)
    return dict(stays.values_list("participant", "joined_at"))


def _names(room: Room, places: Collection[str]) -> dict[str, str]:
    """Of breakout rooms, by their ids."""
    if not places:
        return {}
    return dict(BreakoutRoom.objects.filter(meeting__room=room, place__in=places).values_list("place", "name"))
