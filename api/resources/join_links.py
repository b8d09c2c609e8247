"""Links that each take one person into a room, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts import throttle
from api import etags
from api.auth import needs
from api.callers import Request
from api.forms import checked
from api.pages import Turn, page
from api.problems import Kind, Problem
from api.scopes import Scope
from api.shapes import Key, Listed, Output
from rooms import commands, join_links
from rooms.forms import JoinLinkForm
from rooms.models import NAME_LENGTH, JoinLink, Room
from signaling.permissions import Actor

router = Router()


class JoinLinkOut(Output):
    id: int
    name: str
    role: JoinLink.Role
    language: str
    expires_at: datetime


class MadeJoinLink(JoinLinkOut):
    address: str = Field(description="Send one person here. It is not sent again.")


class JoinLinksOut(Listed):
    items: list[JoinLinkOut]


class NewJoinLink(Schema):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH, description="How others see the person.")]
    role: JoinLink.Role = JoinLink.Role.MEMBER
    minutes: Literal[10, 60, 1440] = Field(60, description="For how long the link works.")
    language: Annotated[str, Field(max_length=16, description="A language of this server; empty for that of their browser.")] = ""


def describe(link: JoinLink) -> JoinLinkOut:
    return JoinLinkOut.model_validate(link)


@router.get("/{room:code}/join-links", response=JoinLinksOut, auth=needs(Scope.PEOPLE_READ), summary="List join links")
def list_join_links(request: Request, code: str, turn: Query[Turn]) -> Any:
    """Those that nobody has used yet. Their addresses are not known any more."""
    room, by = request.caller.room(code, "vouch")
    return page(request, turn, join_links.withdrawable(room, by.standing), describe)


@router.post("/{room:code}/join-links", response={201: MadeJoinLink}, auth=needs(Scope.PEOPLE_WRITE), summary="Make a join link")
def make_join_link(request: Request, code: str, body: NewJoinLink, response: HttpResponse) -> Any:
    """It takes one person into the room, once, without an account. They have the role for twelve hours, and are no member."""
    room, by = request.caller.room(code, "vouch")
    form = checked(JoinLinkForm(body.model_dump(), offered=join_links.offered(by.standing)))
    throttle.take(join_links.LIMIT, request.caller.counted)
    asked = form.cleaned_data
    life = timedelta(minutes=asked["minutes"])
    link = commands.vouch(by, room, asked["name"], JoinLink.Role(asked["role"]), life=life, language=asked["language"])
    link.refresh_from_db(fields=["expires_at"])
    response["Location"] = request.build_absolute_uri(f"{request.path}/{link.pk}")
    return Status(201, MadeJoinLink(**describe(link).model_dump(), address=join_links.address(request, link)))


@router.get("/{room:code}/join-links/{int:pk}", response=JoinLinkOut, auth=needs(Scope.PEOPLE_READ), summary="Read a join link")
def read_join_link(request: Request, code: str, pk: Key) -> Any:
    room, by = request.caller.room(code, "vouch")
    return describe(_unused(room, by, pk))


@router.delete(
    "/{room:code}/join-links/{int:pk}", response={204: None}, auth=needs(Scope.PEOPLE_WRITE), summary="Withdraw a join link"
)
def withdraw_join_link(request: Request, code: str, pk: Key) -> Any:
    """Not found if it was used meanwhile: the person keeps the role until it ends."""
    room, by = request.caller.room(code, "vouch")
    link = _unused(room, by, pk)
    etags.must_match(request, describe(link))
    if not commands.unvouch(by, link):
        raise Problem(Kind.NOT_FOUND)
    return Status(204, None)


def _unused(room: Room, by: Actor, pk: int) -> JoinLink:
    return get_object_or_404(join_links.withdrawable(room, by.standing).select_related("room"), pk=pk)
