"""The API as django-ninja has it: its resources, and what it makes of exceptions."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from accounts.throttle import Throttled
from api import problems
from api.problems import Kind, Problem
from api.resources import (
    bans,
    invitations,
    invitees,
    join_links,
    meetings,
    meetings_now,
    members,
    participants,
    reports,
    rooms,
    users,
)
from schedule.commands import Gone
from signaling import live

DESCRIPTION: Final = (
    "Rooms and their people, scheduled meetings, and what happens in meetings. Send a token as `Authorization: Bearer …`. "
    "Lists have pages, the newest first: follow `next`. Errors are problem details (RFC 9457)."
)


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(title="Conference", version="1", description=DESCRIPTION, openapi_url=None, docs_url=None, urls_namespace="api")
api.add_router("rooms", rooms.router, tags=["Rooms"])
api.add_router("rooms", members.router, tags=["Members"])
api.add_router("rooms", invitations.router, tags=["Invitations"])
api.add_router("rooms", join_links.router, tags=["Join links"])
api.add_router("rooms", bans.router, tags=["Bans"])
api.add_router("rooms", meetings.router, tags=["Scheduled meetings"])
api.add_router("rooms", invitees.router, tags=["Scheduled meetings"])
api.add_router("rooms", reports.router, tags=["Reports"])
api.add_router("users", users.router, tags=["Users"])
api.add_router("rooms", participants.router, tags=["Meetings that are going on"])
api.add_router("live", meetings_now.router, tags=["Meetings that are going on"])


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, problem: Any) -> HttpResponse:
    return problems.answer(problem)


@api.exception_handler(PermissionDenied)
def _denied(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problems.answer(Problem(Kind.FORBIDDEN))


@api.exception_handler(live.Refusal)
def _refused(_request: HttpRequest, refusal: Any) -> HttpResponse:
    if isinstance(refusal, live.Strange):
        return problems.answer(Problem(Kind.NOT_FOUND, "There is no such participant any more, or they do not wait."))
    return problems.answer(Problem(Kind.CONFLICT, "The meeting is full."))


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problems.answer(Problem(Kind.NOT_FOUND))


@api.exception_handler(Throttled)
def _throttled(_request: HttpRequest, throttled: Any) -> HttpResponse:
    """A limit that pages have, too."""
    detail = "This was done too often lately."
    return problems.answer(Problem(Kind.TOO_MANY, detail, headers={"Retry-After": str(throttled.seconds)}))


@api.exception_handler(Gone)
def _gone(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problems.answer(Problem(Kind.CONFLICT, "The meeting, or this date of it, is over or cancelled."))


@api.exception_handler(HttpError)
def _unreadable(_request: HttpRequest, _error: Any) -> HttpResponse:
    """The body is no JSON. Ninja raises this for nothing else that is asked of it here."""
    return problems.answer(Problem(Kind.MALFORMED, "The body is no JSON object."))


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(Problem(Kind.INVALID, errors=[_described(one) for one in error.errors[:50]]))


def _described(error: dict[str, Any]) -> dict[str, str]:
    source, *place = error["loc"]
    if source == "body":
        return {"pointer": "#" + "".join(f"/{step}" for step in place[1:]), "detail": error["msg"]}
    return {"parameter": str(place[-1]), "detail": error["msg"]}
