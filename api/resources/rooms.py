"""Rooms and their settings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts.models import User
from api import etags
from api.auth import needs
from api.callers import Request
from api.forms import checked
from api.pages import Turn, page
from api.problems import Kind, Problem
from api.scopes import Scope
from api.shapes import Listed, Output, Time, without_defaults
from rooms import commands, quotas
from rooms.actors import actor
from rooms.forms import PASSCODE_MAX, PASSCODE_MIN, SettingsForm
from rooms.http import address
from rooms.models import CAPACITY_MAX, CAPACITY_MIN, NAME_LENGTH, Membership, Room, Use
from signaling.protocol.values import Role

router = Router()

Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]


class RoomOut(Output):
    """A room. What people need to enter it is its address."""

    code: str
    address: str = Field(description="Where people enter.")
    name: str
    role: Role | None = Field(description="What the person of the token is in the room; null for a token of the deployment.")
    access: Room.Access
    has_passcode: bool
    capacity: int
    locked: bool
    waits: Room.WhoWaits
    lobby_opens: Room.Opens
    lobby_opens_at: datetime | None
    ice_policy: Room.IcePolicy
    chat: Room.Chat
    hosts_only: list[Use]
    created_at: datetime


class RoomsOut(Listed):
    items: list[RoomOut]


class Settings(Schema):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=without_defaults)

    name: Name = ""
    access: Room.Access = Room.Access.LINK
    passcode: Annotated[str, Field(min_length=PASSCODE_MIN, max_length=PASSCODE_MAX)] | None = Field(
        None, description="Null removes it. It is never sent back."
    )
    capacity: Annotated[int, Field(ge=CAPACITY_MIN, le=CAPACITY_MAX)] = CAPACITY_MIN
    locked: bool = False
    waits: Room.WhoWaits = Room.WhoWaits.NOBODY
    lobby_opens: Room.Opens = Room.Opens.NEVER
    lobby_opens_at: Time | None = None
    ice_policy: Room.IcePolicy = Room.IcePolicy.ALL
    chat: Room.Chat = Room.Chat.EVERYONE
    hosts_only: list[Use] = []


class NewRoom(Settings):
    """What is left out is as in a room that is made on the page."""

    name: Name
    owner: int | None = Field(None, ge=1, description="The id of the user who owns the room. Only for tokens of the deployment.")


class Wanted(Turn):
    name: Annotated[str, Field(max_length=NAME_LENGTH, description="Only rooms whose name has this in it.")] = ""


def describe(request: Request, room: Room) -> RoomOut:
    return RoomOut(
        code=room.slug,
        address=address(request, room),
        role=room.role if request.caller.user is not None else None,
        has_passcode=bool(room.passcode),
        hosts_only=[Use(use) for use in room.hosts_only.split()],
        **{name: getattr(room, name) for name in _PLAIN},
    )


_PLAIN = (
    *("name", "access", "capacity", "locked", "waits", "lobby_opens", "lobby_opens_at", "ice_policy", "chat", "created_at"),
)


@router.get("", response=RoomsOut, auth=needs(Scope.ROOMS_READ), summary="List rooms")
def list_rooms(request: Request, wanted: Query[Wanted]) -> Any:
    """The rooms that the person of the token belongs to; with a token of the deployment, all rooms."""
    rooms = request.caller.rooms()
    if wanted.name:
        rooms = rooms.filter(name__icontains=wanted.name)
    return page(request, wanted, rooms, lambda room: describe(request, room))


@router.post("", response={201: RoomOut}, auth=needs(Scope.ROOMS_WRITE), summary="Create a room")
def create_room(request: Request, body: NewRoom, response: HttpResponse) -> Any:
    """The person of the token owns it. A token of the deployment may name an owner; without one, the room has none."""
    owner = _owner(request, body.owner)
    room = Room(name=body.name)
    form = _form(room, body)
    by = actor(owner, "owner") if request.caller.user is not None and owner is not None else request.caller.actor(room)
    commands.create(by, form.apply())
    if owner is not None:
        Membership.objects.create(room=room, user=owner, role=Membership.Role.OWNER)
    room.role = "owner"
    made = describe(request, room)
    response["Location"] = request.build_absolute_uri(f"/api/v1/rooms/{room.slug}")
    return Status(201, made)


@router.get("/{room:code}", response=RoomOut, auth=needs(Scope.ROOMS_READ), summary="Read a room")
def read_room(request: Request, code: str) -> Any:
    return describe(request, request.caller.room(code)[0])


@router.patch("/{room:code}", response=RoomOut, auth=needs(Scope.ROOMS_WRITE), summary="Change a room")
def change_room(request: Request, code: str, body: Settings) -> Any:
    """Settings count at once, also in a meeting that is going on. With `If-Match`, only if nobody has changed it meanwhile."""
    room, by = request.caller.room(code, hold=True)
    etags.must_match(request, describe(request, room))
    form = _form(room, body)
    commands.save(by, form.apply(), form.changed)
    return describe(request, room)


@router.delete("/{room:code}", response={204: None}, auth=needs(Scope.ROOMS_WRITE), summary="Delete a room")
def delete_room(request: Request, code: str) -> Any:
    """A meeting that is going on ends. With `If-Match`, only if nobody has changed the room meanwhile."""
    room, by = request.caller.room(code, "delete", hold=True)
    etags.must_match(request, describe(request, room))
    commands.delete(by, room)
    return Status(204, None)


def _owner(request: Request, wanted: int | None) -> User | None:
    if request.caller.user is not None:
        if wanted not in (None, request.caller.user.pk):
            raise Problem(Kind.FORBIDDEN, "Only a token of the deployment may create rooms for others.")
        _count(request.caller.user)
        return request.caller.user
    owner = User.objects.filter(pk=wanted, is_active=True).first() if wanted is not None else None
    if owner is None and wanted is not None:
        raise Problem(Kind.INVALID, errors=[{"pointer": "#/owner", "detail": "There is no such user."}])
    return owner


def _count(user: User) -> None:
    try:
        quotas.take(user)
    except quotas.Full:
        raise Problem(Kind.CONFLICT, "This account has as many rooms as one may have.") from None


def _form(room: Room, body: Settings) -> SettingsForm:
    """The form of the page with the values of ``body``, valid. Raises a problem."""
    given = body.model_dump(exclude_unset=True, exclude={"owner"})
    passcode = {"new_passcode": given["passcode"]} if given.get("passcode") else {}
    removed = {"remove_passcode": "on"} if "passcode" in given and not given["passcode"] else {}
    known = {name: getattr(room, name) for name in SettingsForm.Meta.fields} | {"hosts_only": room.hosts_only.split()}
    return checked(SettingsForm({**known, **given, **passcode, **removed}, instance=room), new_passcode="passcode")
