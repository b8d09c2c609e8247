from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.db.models import BigIntegerField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest, Request
from accounts.models import User
from accounts.prepared import Key, Prepared
from accounts.throttle import Throttled
from rooms import commands, invitations, occupancy, quotas
from rooms.forms import CodeForm
from rooms.http import status
from rooms.models import Invitation, Room, RoomQuerySet
from rooms.pages import ShortPaginator

PER_PAGE: Final = 20


def _mine(user: Key) -> RoomQuerySet:
    return Room.objects.owned_by(user).latest_first()


def _shared(user: Key) -> RoomQuerySet:
    return Room.objects.shared_with(user).latest_first()


_LISTS: Final = {"mine": _mine, "shared": _shared}
#: What :class:`ShortPaginator` reads of each list.
_BEGINNINGS: Final = {
    name: Prepared(lambda user, rooms=rooms: rooms(user)[: PER_PAGE + 1], user=BigIntegerField())
    for name, rooms in _LISTS.items()
}


@never_cache
@require_safe
def home(request: Request) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "rooms/welcome.html")
    mine, shared = _page(request, "mine"), _page(request, "shared")
    knows_people = occupancy.count([*mine, *shared])
    facts = {"mine": mine, "shared": shared, "knows_people": knows_people, "invitations": _invitations(request.user)}
    return render(request, "rooms/home.html", facts)


def _invitations(user: User) -> list[Invitation]:
    found = invitations.waiting_for(user)
    for invitation in found:
        invitation.link = reverse("invitation", args=[invitations.token(invitation)])
    return found


def _page(request: Request, name: str) -> Page[Room]:
    user = request.user.pk
    beginning = _BEGINNINGS[name](user=user)
    rooms = _LISTS[name](user) if len(beginning) > PER_PAGE else beginning
    return ShortPaginator(rooms, PER_PAGE, beginning).get_page(request.GET.get(name))


@require_POST
@login_required(redirect_field_name=None)
def new(request: AuthenticatedRequest) -> HttpResponse:
    try:
        quotas.take(request.user)
    except quotas.Full:
        messages.error(request, _("You have as many rooms as one account may have. Delete one that you no longer need."))
        return redirect("home")
    except Throttled:
        messages.error(request, _("You have made many rooms within an hour. Use one of them, or try again later."))
        return redirect("home")
    return redirect(commands.make(request.user))


@never_cache
@require_safe
def join(request: Request) -> HttpResponse:
    form = CodeForm(request.GET or None)
    if form.is_valid():
        return redirect("room", form.cleaned_data["code"])
    return render(request, "rooms/join.html", {"form": form}, status=status(form))
