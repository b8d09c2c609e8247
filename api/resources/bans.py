"""Who is kept out of a room: people, and for a day guests from a network. Addresses are not sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from api import etags
from api.auth import needs
from api.callers import Request
from api.pages import Turn, page
from api.scopes import Scope
from api.shapes import Key, Listed, Output
from rooms import commands
from rooms.models import Ban, NetworkBan, Room

router = Router()


class BanOut(Output):
    id: int
    name: str
    user: int | None = Field(description="The id of the user; null for somebody without an account.")
    by: str | None = Field(description="Who has banned them; null for a system, and for a deleted account.")
    reason: str
    created_at: datetime


class BansOut(Listed):
    items: list[BanOut]


class NetworkBanOut(Output):
    id: int
    because_of: str = Field(description="The name of somebody who came from the network.")
    by: str | None = Field(description="Who has banned it; null for a system, and for a deleted account.")
    created_at: datetime
    ends_at: datetime


class NetworkBansOut(Listed):
    items: list[NetworkBanOut]


def describe(ban: Ban) -> BanOut:
    by = str(ban.by) if ban.by is not None else None
    return BanOut(id=ban.pk, name=ban.name, user=ban.user_id, by=by, reason=ban.reason, created_at=ban.created_at)


def describe_network(ban: NetworkBan) -> NetworkBanOut:
    by = str(ban.by) if ban.by is not None else None
    return NetworkBanOut(id=ban.pk, because_of=ban.name, by=by, created_at=ban.created_at, ends_at=ban.ends_at)


@router.get("/{room:code}/bans", response=BansOut, auth=needs(Scope.PEOPLE_READ), summary="List banned people")
def list_bans(request: Request, code: str, turn: Query[Turn]) -> Any:
    """Bans are made in a meeting: see its participants."""
    room, _by = request.caller.room(code, "unban")
    return page(request, turn, _bans(room), describe)


@router.get("/{room:code}/bans/{int:pk}", response=BanOut, auth=needs(Scope.PEOPLE_READ), summary="Read a ban")
def read_ban(request: Request, code: str, pk: Key) -> Any:
    room, _by = request.caller.room(code, "unban")
    return describe(get_object_or_404(_bans(room), pk=pk))


@router.delete("/{room:code}/bans/{int:pk}", response={204: None}, auth=needs(Scope.PEOPLE_WRITE), summary="Lift a ban")
def lift_ban(request: Request, code: str, pk: Key) -> Any:
    """They may enter again as anybody may; who was a member is none."""
    room, by = request.caller.room(code, "unban", hold=True)
    ban = get_object_or_404(_bans(room), pk=pk)
    etags.must_match(request, describe(ban))
    commands.let_back(by, ban)
    return Status(204, None)


@router.get("/{room:code}/network-bans", response=NetworkBansOut, auth=needs(Scope.PEOPLE_READ), summary="List banned networks")
def list_network_bans(request: Request, code: str, turn: Query[Turn]) -> Any:
    """People without an account who come from these networks may not enter until the ban ends."""
    room, _by = request.caller.room(code, "unban")
    return page(request, turn, _network_bans(room), describe_network)


@router.get(
    "/{room:code}/network-bans/{int:pk}",
    response=NetworkBanOut,
    auth=needs(Scope.PEOPLE_READ),
    summary="Read the ban of a network",
)
def read_network_ban(request: Request, code: str, pk: Key) -> Any:
    room, _by = request.caller.room(code, "unban")
    return describe_network(get_object_or_404(_network_bans(room), pk=pk))


@router.delete(
    "/{room:code}/network-bans/{int:pk}",
    response={204: None},
    auth=needs(Scope.PEOPLE_WRITE),
    summary="Lift the ban of a network",
)
def lift_network_ban(request: Request, code: str, pk: Key) -> Any:
    room, by = request.caller.room(code, "unban", hold=True)
    ban = get_object_or_404(_network_bans(room), pk=pk)
    etags.must_match(request, describe_network(ban))
    commands.unbar_network(by, ban)
    return Status(204, None)


def _bans(room: Room) -> QuerySet[Ban]:
    return room.bans.select_related("room", "by")


def _network_bans(room: Room) -> QuerySet[NetworkBan]:
    return room.network_bans.current().select_related("room", "by")
