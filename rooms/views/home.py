from __future__ import annotations

from typing import Any, Final

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
from accounts.prepared import Prepared
from accounts.throttle import Throttled
from rooms import commands, invitations, occupancy, quotas
from rooms.forms import CodeForm
from rooms.http import status
from rooms.models import Invitation, Room, RoomQuerySet
from rooms.pages import ShortPaginator

PER_PAGE: Final = 20
#: So many rooms of a person are read with one query, for both lists.
FEW: Final = 100

#: What a list shows of a room.
COLUMNS: Final = ("name", "slug", "access", "passcode", "locked")


def _few(user: Any) -> RoomQuerySet:
    return Room.objects.permitting(user, "view").only(*COLUMNS).latest_first()[: FEW + 1]


_FEW: Final = Prepared(_few, user=BigIntegerField())


@never_cache
@require_safe
def home(request: Request) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "rooms/welcome.html")
    mine, shared = _lists(request)
    knows_people = occupancy.count([*mine, *shared])
    facts = {"mine": mine, "shared": shared, "knows_people": knows_people, "invitations": _invitations(request.user)}
    return render(request, "rooms/home.html", facts)


def _invitations(user: User) -> list[Invitation]:
    found = invitations.waiting_for(user)
    for invitation in found:
        invitation.link = reverse("invitation", args=[invitations.token(invitation)])
    return found


def _lists(request: Request) -> list[Page[Room]]:
    """A page of the person's own rooms, and one of those of others that they belong to."""
    user = request.user.pk
    rooms = _FEW(user=user)
    lists: dict[str, Any] = {
        "mine": [room for room in rooms if room.role == "owner"],
        "shared": [room for room in rooms if room.role != "owner"],
    }
    if len(rooms) > FEW:
        lists = {"mine": Room.objects.owned_by(user).latest_first(), "shared": Room.objects.shared_with(user).latest_first()}
    return [ShortPaginator(found, PER_PAGE).get_page(request.GET.get(name)) for name, found in lists.items()]


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
