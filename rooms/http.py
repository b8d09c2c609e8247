"""The address of a room, and its responses to people who may not, or not yet, enter; and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import networks
from accounts.http import Request
from accounts.throttle import Throttled
from rooms import entry, guests
from rooms.entry import Visit
from rooms.identities import identify
from rooms.models import Room
from rooms.policy import higher
from rooms.spreadsheets import Row, lines
from signaling.permissions import Action, Actor, can
from signaling.ports import RoomUnavailable


def address(request: HttpRequest, room: Room) -> str:
    """Where the room is, with the origin by which this request reached the server."""
    return request.build_absolute_uri(room.get_absolute_url())


def at_the_door(view: Callable[[Request, Visit], HttpResponse]) -> Callable[[Request, str], HttpResponse]:
    """A decorator that gives the view the visit instead of the slug. The view is not called for somebody who may not see the
    room.
    """

    @never_cache
    @wraps(view)
    def answer(request: Request, slug: str) -> HttpResponse:
        try:
            guest = guests.find(request.COOKIES, request.session)
            visit = entry.look(slug, request.user, request.session, guest, networks.address(request))
        except RoomUnavailable:
            return _closed(request)
        except Throttled as throttled:
            return too_many(request, throttled)
        return view(request, visit)

    return answer


def in_charge(request: Request, slug: str, action: Action) -> tuple[Room, Actor]:
    """The room in which this person may do this, as a member or by a join link; and them as an actor. Raises Http404."""
    user, guest = request.user, guests.find(request.COOKIES, request.session)
    room = Room.objects.seen_by(user.pk, guest).with_pass(user.pk, guest).filter(slug=slug).first()
    role = higher(room.role, room.pass_role) if room is not None else "guest"
    identity = identify(user, guest)
    if room is None or room.banned or identity is None or not can(role, action):
        raise Http404
    return room, Actor(role, identity, str(user) if user.is_authenticated else room.pass_name)


def _closed(request: Request) -> HttpResponse:
    """One response for unknown, deleted and forbidden rooms: ask to log in; after that, not found."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise Http404


def too_many(request: HttpRequest, throttled: Throttled) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(throttled.seconds)
    return response


def status(form: object) -> int:
    """The status of a page that shows ``form``: 422 if the form has errors."""
    return 422 if getattr(form, "errors", None) else 200


def spreadsheet(rows: Iterable[Row], name: str) -> HttpResponse:
    """A CSV file of this name to download, with times in the zone of the request."""
    response = HttpResponse(lines(rows, timezone.get_current_timezone()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
