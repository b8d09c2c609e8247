"""Who is invited to a scheduled meeting, and what they answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from django.db.models import QuerySet
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
from api.problems import Kind, Problem
from api.scopes import Scope
from api.shapes import Key, Listed, Output
from rooms.forms import PASSCODE_MAX
from rooms.models import Room
from schedule import invitees, links
from schedule.addressees import ADDRESS_LENGTH, NAME_LENGTH
from schedule.invitee_forms import LIMIT, InviteForm
from schedule.invitees import TooMany
from schedule.models import Answer, Invitee, ScheduledMeeting

router = Router()

AT_ONCE: Final = 500


class AnswerOut(Output):
    date: int | None = Field(description="The id of the date; null for all that have no answer of their own.")
    choice: Answer.Choice
    comment: str
    at: datetime


class InviteeOut(Output):
    id: int
    email: str
    name: str
    user: int | None = Field(description="The id of the user, if an account has verified the address.")
    address: str = Field(description="Where they answer. Whoever has this answers for them.")
    mail: Mail.Status | None = Field(description="What became of the last mail; null if there was none.")
    wants_mail: bool
    invited_at: datetime
    answers: list[AnswerOut]


class InviteesOut(Listed):
    items: list[InviteeOut]


class NewInvitees(Output):
    items: list[InviteeOut] = Field(description="Those who were not invited before.")


class NewPeople(Schema):
    model_config = ConfigDict(extra="forbid")

    addresses: list[Annotated[str, Field(min_length=3, max_length=NAME_LENGTH + ADDRESS_LENGTH)]] = Field(
        min_length=1, max_length=AT_ONCE, description="With names or without: `Carol <carol@example.org>`."
    )
    passcode: Annotated[str, Field(max_length=PASSCODE_MAX, description="That of the room, if the mail shall have it.")] = ""


def describe(invitee: Invitee) -> InviteeOut:
    return InviteeOut(
        id=invitee.pk,
        email=invitee.email,
        name=invitee.name,
        user=invitee.user_id,
        address=links.answer(links.token(invitee.pk)),
        mail=Mail.Status(invitee.mail.state) if invitee.mail is not None else None,
        wants_mail=invitee.silent_since is None,
        invited_at=invitee.invited_at,
        answers=[
            AnswerOut(date=one.occurrence_id, choice=Answer.Choice(one.choice), comment=one.comment, at=one.at)
            for one in invitee.answers.all()
        ],
    )


@router.get(
    "/{room:code}/meetings/{int:pk}/invitees",
    response=InviteesOut,
    auth=needs(Scope.MEETINGS_READ),
    summary="List who is invited",
)
def list_invitees(request: Request, code: str, pk: Key, turn: Query[Turn]) -> Any:
    """With what they answered."""
    room, _by = request.caller.room(code, "invite")
    return page(request, turn, _invitees(_meeting(room, pk)), describe)


@router.post(
    "/{room:code}/meetings/{int:pk}/invitees",
    response={201: NewInvitees},
    auth=needs(Scope.MEETINGS_WRITE),
    summary="Invite people to a meeting",
)
def invite_people(request: Request, code: str, pk: Key, body: NewPeople) -> Any:
    """They get a mail if this server sends any. Whoever is invited already is not invited again; nor is the person of the
    token.
    """
    room, by = request.caller.room(code, "invite", hold=True)
    scheduled = _meeting(room, pk)
    throttle.take(LIMIT, request.caller.counted)
    data = {"addresses": "\n".join(body.addresses), "passcode": body.passcode}
    form = checked(InviteForm(data, scheduled=scheduled, own=invitees.own(by)))
    try:
        new = invitees.invite(by, scheduled, form.people, form.cleaned_data.get("passcode", ""))
    except TooMany as error:
        raise Problem(Kind.CONFLICT, f"At most {error.left} more people can be invited to this meeting.") from None
    made = _invitees(scheduled).filter(email__in=[invitee.email for invitee in new]).order_by("pk")
    return Status(201, {"items": [describe(invitee) for invitee in made]})


@router.get(
    "/{room:code}/meetings/{int:pk}/invitees/{int:invitee}",
    response=InviteeOut,
    auth=needs(Scope.MEETINGS_READ),
    summary="Read an invited person",
)
def read_invitee(request: Request, code: str, pk: Key, invitee: Key) -> Any:
    room, _by = request.caller.room(code, "invite")
    return describe(_invitee(_meeting(room, pk), invitee))


@router.delete(
    "/{room:code}/meetings/{int:pk}/invitees/{int:invitee}",
    response={204: None},
    auth=needs(Scope.MEETINGS_WRITE),
    summary="Invite somebody no more",
)
def withdraw_invitee(request: Request, code: str, pk: Key, invitee: Key) -> Any:
    """The meeting is taken out of their calendar."""
    room, by = request.caller.room(code, "withdraw", hold=True)
    found = _invitee(_meeting(room, pk), invitee)
    etags.must_match(request, describe(found))
    invitees.withdraw(by, found)
    return Status(204, None)


def _meeting(room: Room, pk: int) -> ScheduledMeeting:
    return get_object_or_404(room.scheduled.select_related("room"), pk=pk)


def _invitees(scheduled: ScheduledMeeting) -> QuerySet[Invitee]:
    return scheduled.invitees.select_related("mail__job", "scheduled__room").prefetch_related("answers")


def _invitee(scheduled: ScheduledMeeting, pk: int) -> Invitee:
    return get_object_or_404(_invitees(scheduled), pk=pk)
