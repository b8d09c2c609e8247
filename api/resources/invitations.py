"""Memberships that are offered by e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts import throttle
from accounts.models import Mail
from api import etags
from api.auth import needs
from api.callers import Request
from api.forms import checked
from api.pages import Turn, page
from api.scopes import Scope
from api.shapes import Key, Listed, Output
from rooms import commands, invitations
from rooms.forms import EmailForm
from rooms.models import Invitation, Room

router = Router()


class InvitationOut(Output):
    id: int
    email: str
    by: str | None = Field(description="Who has invited; null for a system, and for a deleted account.")
    created_at: datetime
    mail: Mail.Status | None = Field(
        description="What became of the mail. Null if none was sent: this server sends none, or the recipient or the room has "
        "had too many today."
    )


class MadeInvitation(InvitationOut):
    address: str = Field(description="Where it is accepted. Whoever has this becomes a member. It is sent only in this answer.")


class InvitationsOut(Listed):
    items: list[InvitationOut]


class NewInvitation(Schema):
    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(min_length=3, max_length=254)]


def describe(invitation: Invitation) -> InvitationOut:
    return InvitationOut(
        id=invitation.pk,
        email=invitation.email,
        by=str(invitation.by) if invitation.by is not None else None,
        created_at=invitation.created_at,
        mail=Mail.Status(invitation.mail.state) if invitation.mail is not None else None,
    )


@router.get("/{room:code}/invitations", response=InvitationsOut, auth=needs(Scope.PEOPLE_READ), summary="List invitations")
def list_invitations(request: Request, code: str, turn: Query[Turn]) -> Any:
    """Those that were neither accepted nor declined."""
    room, _by = request.caller.room(code, "invite")
    return page(request, turn, _invitations(room), describe)


@router.post(
    "/{room:code}/invitations", response={201: MadeInvitation}, auth=needs(Scope.PEOPLE_WRITE), summary="Invite somebody"
)
def invite(request: Request, code: str, body: NewInvitation, response: HttpResponse) -> Any:
    """To belong to the room. They get a mail if this server sends any. An address that is invited already is invited anew."""
    room, by = request.caller.room(code, "invite", hold=True)
    throttle.take(invitations.LIMIT, request.caller.counted)
    form = checked(EmailForm(body.model_dump(), room=room))
    invitation = commands.invite(by, room, form.cleaned_data["email"])
    address = invitations.address(request, invitation)
    if invitations.are_mailed():
        invitations.send(invitation, address)
    response["Location"] = request.build_absolute_uri(f"{request.path}/{invitation.pk}")
    return Status(201, MadeInvitation(**describe(invitation).model_dump(), address=address))


@router.get(
    "/{room:code}/invitations/{int:pk}", response=InvitationOut, auth=needs(Scope.PEOPLE_READ), summary="Read an invitation"
)
def read_invitation(request: Request, code: str, pk: Key) -> Any:
    return describe(_invitation(request.caller.room(code, "invite")[0], pk))


@router.delete(
    "/{room:code}/invitations/{int:pk}", response={204: None}, auth=needs(Scope.PEOPLE_WRITE), summary="Withdraw an invitation"
)
def withdraw_invitation(request: Request, code: str, pk: Key) -> Any:
    room, by = request.caller.room(code, "withdraw", hold=True)
    invitation = _invitation(room, pk)
    etags.must_match(request, describe(invitation))
    commands.withdraw(by, invitation)
    return Status(204, None)


def _invitations(room: Room) -> QuerySet[Invitation]:
    return room.invitations.select_related("room", "by", "mail__job")


def _invitation(room: Room, pk: int) -> Invitation:
    return get_object_or_404(_invitations(room), pk=pk)
