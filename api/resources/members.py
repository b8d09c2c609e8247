"""Who belongs to a room."""

from __future__ import annotations

from typing import Annotated, Any, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field, model_validator

from accounts import addresses
from accounts.models import User
from api import etags
from api.auth import needs
from api.callers import Request
from api.forms import checked
from api.pages import Turn, page
from api.problems import Kind, Problem
from api.scopes import Scope
from api.shapes import Key, Listed, Output
from rooms import commands, succession
from rooms.forms import MemberForm
from rooms.models import Membership, Room
from signaling.permissions import Standing, can
from signaling.protocol.values import Role

router = Router()

_VERIFIED = Exists(User.objects.filter(addresses.VERIFIED, pk=OuterRef("user")))


class MemberOut(Output):
    user: int = Field(description="The id of the user.")
    name: str
    role: Membership.Role
    email: str | None = Field(description="For those who may invite people to the room; else null.")
    email_verified: bool | None = Field(description="Whether the address is theirs for certain; null where it is.")


class MembersOut(Listed):
    items: list[MemberOut]


class NewMember(Schema):
    """Name the person by `user` or by `email`."""

    model_config = ConfigDict(extra="forbid")

    user: Key | None = None
    email: (
        Annotated[str, Field(max_length=254, pattern=r"^[^\x00]*$", description="A verified address of an account.")] | None
    ) = None
    role: Membership.Role = Membership.Role.MEMBER

    @model_validator(mode="after")
    def _one(self) -> NewMember:
        if (self.user is None) == (self.email is None):
            raise ValueError("Name the person by either user or email.")
        return self


class ChangedMember(Schema):
    model_config = ConfigDict(extra="forbid")

    role: Membership.Role


def describe(standing: Standing, membership: Membership) -> MemberOut:
    keeper = can(standing, "invite")
    return MemberOut(
        user=membership.user_id,
        name=membership.user.display_name,
        role=Membership.Role(membership.role),
        email=membership.user.email if keeper else None,
        email_verified=membership.verified if keeper else None,
    )


@router.get("/{room:code}/members", response=MembersOut, auth=needs(Scope.PEOPLE_READ), summary="List members")
def list_members(request: Request, code: str, turn: Query[Turn]) -> Any:
    room, by = request.caller.room(code)
    return page(request, turn, _members(room), lambda membership: describe(by.standing, membership))


@router.post("/{room:code}/members", response={201: MemberOut}, auth=needs(Scope.PEOPLE_WRITE), summary="Add a member")
def add_member(request: Request, code: str, body: NewMember, response: HttpResponse) -> Any:
    """Without asking them, so only with a token of the deployment. Others invite people, or make join links."""
    room, by = request.caller.room(code, "add", hold=True)
    user = body.user if body.user is not None else _whose(body.email or "")
    form = checked(MemberForm({"user": user, "role": body.role}, instance=Membership(room=room)))
    commands.enroll(by, form.instance)
    response["Location"] = request.build_absolute_uri(f"{request.path}/{form.instance.user_id}")
    return Status(201, describe(by.standing, _member(room, form.instance.user_id)))


@router.get("/{room:code}/members/{int:user}", response=MemberOut, auth=needs(Scope.PEOPLE_READ), summary="Read a member")
def read_member(request: Request, code: str, user: Key) -> Any:
    room, by = request.caller.room(code)
    return describe(by.standing, _member(room, user))


@router.patch("/{room:code}/members/{int:user}", response=MemberOut, auth=needs(Scope.PEOPLE_WRITE), summary="Change a role")
def change_member(request: Request, code: str, user: Key, body: ChangedMember) -> Any:
    """The role counts at once, also in a meeting that is going on. Only a token of the deployment can change who is the owner."""
    room, by = request.caller.room(code, "set_role", hold=True)
    membership = _member(room, user)
    etags.must_match(request, describe(by.standing, membership))
    by.must("set_role", cast(Role, body.role.value))
    checked(MemberForm({"user": user, "role": body.role}, instance=membership))
    commands.change_role(by, membership, Membership.Role(body.role))
    return describe(by.standing, membership)


@router.delete("/{room:code}/members/{int:user}", response={204: None}, auth=needs(Scope.PEOPLE_WRITE), summary="Remove a member")
def remove_member(request: Request, code: str, user: Key) -> Any:
    """Also from a meeting that is going on. If it was the owner, the host who has belonged to the room longest owns it now;
    without one, only members may enter from now on.
    """
    room, by = request.caller.room(code, "drop", hold=True)
    membership = _member(room, user)
    etags.must_match(request, describe(by.standing, membership))
    commands.drop(by, membership)
    if membership.role == Membership.Role.OWNER:
        succession.settle(room, by.name)
    return Status(204, None)


def _members(room: Room) -> QuerySet[Membership]:
    return room.memberships.select_related("user", "room").annotate(**{"verified": _VERIFIED})


def _member(room: Room, user: int) -> Membership:
    return get_object_or_404(_members(room), user=user)


def _whose(email: str) -> int:
    """The user with this verified address. Raises a problem."""
    user = User.objects.filter(addresses.VERIFIED, email=User.objects.normalize_email(email)).first()
    if user is None:
        raise Problem(
            Kind.INVALID, errors=[{"pointer": "#/email", "detail": "No account has verified this address. Invite them."}]
        )
    return user.pk
