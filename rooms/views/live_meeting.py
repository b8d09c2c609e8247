"""The live page of a room in the admin: it updates by itself, and has a host's actions on people and on the room.

Django's permissions are asked first, then the table of permissions, with the standing ``staff``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast, get_args

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import AuthenticatedRequest
from accounts.names import shown_name
from accounts.streams import stream
from rooms import commands
from rooms.actors import actor
from rooms.live_picture import LivePicture
from rooms.models import Room, Use
from signaling import live
from signaling.live import Record
from signaling.permissions import Actor
from signaling.protocol.bounds import REASON_LENGTH
from signaling.protocol.texts import check_text
from signaling.protocol.values import Restriction
from signaling.protocol.values import Use as AnyUse

#: How often the meeting is looked at. A report of a browser is in the store half a second after it came.
EVERY_SECONDS: Final = 0.2

Act = Callable[[Actor, AuthenticatedRequest, Room], str]


def page(request: AuthenticatedRequest, pk: int, participant: str = "") -> HttpResponse:
    """About the room, or with ``participant`` about one person there."""
    room = _room(request, pk)
    template = "live_person" if participant else "live"
    context = {
        **admin.site.each_context(request),
        "title": _("Live: %(room)s") % {"room": room},
        "room": room,
        "participant": participant,
        "acts": _may_act(request),
        "body": _picture(request, room, participant)(),
    }
    return TemplateResponse(request, f"admin/rooms/room/{template}.html", context)


def events(request: AuthenticatedRequest, pk: int, participant: str = "") -> HttpResponse:
    """What is on the page, again whenever it is different."""
    room = _room(request, pk)
    key = ("live", pk, participant, _may_act(request), get_language(), str(timezone.get_current_timezone()))
    picture = _picture(request, room, participant)
    return stream(request, key, picture, every=EVERY_SECONDS, is_due=picture.is_due)


def _picture(request: AuthenticatedRequest, room: Room, participant: str) -> LivePicture:
    zone = timezone.get_current_timezone()
    return LivePicture(room, participant, acts=_may_act(request), language=get_language(), zone=zone)


def _room(request: AuthenticatedRequest, pk: int) -> Room:
    """Raises PermissionDenied; and Http404."""
    if not (request.user.has_perm("rooms.view_room") or _may_act(request)):
        raise PermissionDenied
    return get_object_or_404(Room, pk=pk)


def _may_act(request: AuthenticatedRequest) -> bool:
    return request.user.has_perm("rooms.change_room")


# Actions


def _acting(act: Act) -> Callable[[AuthenticatedRequest, int], HttpResponse]:
    @require_POST
    def answer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
        if not _may_act(request):
            raise PermissionDenied
        room = get_object_or_404(Room, pk=pk)
        try:
            messages.success(request, act(actor(request.user, "staff"), request, room))
        except live.Strange:
            messages.warning(request, _("Nothing was done: that person is not there any more."))
        except live.Refusal:
            messages.warning(request, _("Nothing was done: the room is full."))
        except live.Unreachable:
            messages.error(request, _("The meeting does not answer. Look at who is there, and try again in a moment."))
        return redirect("admin:live_meeting", pk)

    return answer


def _lock(by: Actor, request: AuthenticatedRequest, room: Room) -> str:
    commands.lock(by, room, request.POST.get("locked") == "yes")
    return _("The room is locked.") if room.locked else _("The room is unlocked.")


def _end(by: Actor, request: AuthenticatedRequest, room: Room) -> str:
    if not live.end(by, str(room.pk)):
        return _("No meeting was ended, because everybody had left.")
    return _("The meeting has been ended.")


def _admit(by: Actor, request: AuthenticatedRequest, room: Room) -> str:
    return _("%(person)s has been let in.") % _person(live.admit(by, str(room.pk), _participant(request)))


def _deny(by: Actor, request: AuthenticatedRequest, room: Room) -> str:
    try:
        reason = check_text(request.POST.get("reason", ""), REASON_LENGTH)
    except ValueError:
        raise Http404 from None
    return _("%(person)s has been turned away.") % _person(live.deny(by, str(room.pk), _participant(request), reason))


def _remove(by: Actor, request: AuthenticatedRequest, room: Room) -> str:
    person = live.remove(by, str(room.pk), _participant(request), ban="ban" in request.POST)
    return _("%(person)s has been removed.") % _person(person)


def _restrict(by: Actor, request: AuthenticatedRequest, room: Room) -> str:
    """``how`` is a restriction, or ``free``."""
    use, how = request.POST.get("use", ""), request.POST.get("how", "")
    if use not in Use.values or how not in (*get_args(Restriction), "free"):
        raise Http404
    people = [_participant(request)]
    if how == "free":
        live.free(by, str(room.pk), people, cast(AnyUse, use))
        return _("%(use)s is allowed again.") % {"use": Use(use).label}
    live.restrict(by, str(room.pk), people, cast(AnyUse, use), cast(Restriction, how))
    return _("%(use)s has been turned off.") % {"use": Use(use).label}


def _participant(request: AuthenticatedRequest) -> str:
    return request.POST.get("participant", "")


def _person(record: Record) -> dict[str, str]:
    return {"person": shown_name(record.name, record.role)}


#: By name in the address.
ACTS: Final = {
    name: _acting(act)
    for name, act in {
        "lock": _lock,
        "end": _end,
        "admit": _admit,
        "deny": _deny,
        "remove": _remove,
        "restrict": _restrict,
    }.items()
}
