from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from rooms import actions, throttle
from rooms.forms import AddForm
from rooms.http import status, too_many
from rooms.models import Membership, Room
from rooms.policy import may_manage
from rooms.throttle import Limit, Throttled
from signaling.protocol import Role

#: Adding somebody says whether an address has an account: enough for a class, too little for a list of addresses.
ADDITIONS = Limit("additions", 60, 60 * 60)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.belonging_to(request.user.pk), slug=slug)
    if request.method != "POST":
        return _page(request, room, AddForm(room=room))
    if not may_manage(room.role, "member"):
        raise PermissionDenied
    try:
        throttle.take(ADDITIONS, str(request.user.pk))
    except Throttled as throttled:
        return too_many(request, throttled)
    form = AddForm(request.POST, room=room)
    if not form.is_valid():
        return _page(request, room, form)
    actions.add(request.user, room, form.user)
    messages.success(request, _("%(person)s is a member now.") % {"person": form.user})
    return redirect("people", slug)


def _page(request: AuthenticatedRequest, room: Room, form: AddForm) -> HttpResponse:
    memberships = list(room.memberships.select_related("user").order_by("user__display_name", "pk"))
    memberships.sort(key=lambda membership: Membership.Role.values.index(membership.role))
    for membership in memberships:
        membership.manageable = may_manage(room.role, _role(membership))
        membership.promotable = room.role == "owner" and membership.manageable
    facts = {"room": room, "form": form, "memberships": memberships, "keeper": may_manage(room.role, "member")}
    return render(request, "rooms/people.html", facts, status=status(form))


def _role(membership: Membership) -> Role:
    return Membership.Role(membership.role).value  # type: ignore[return-value]


@require_POST
@login_required(redirect_field_name=None)
def change_role(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.owned_by(request.user.pk), slug=slug)
    membership = get_object_or_404(room.memberships.select_related("user", "room"), pk=pk)
    wanted = request.POST.get("role", "")
    if wanted not in {"host", "member"}:
        return HttpResponseBadRequest()
    if not may_manage(room.role, _role(membership)):
        raise PermissionDenied
    actions.change_role(request.user, membership, Membership.Role(wanted))
    return redirect("people", slug)


@require_POST
@login_required(redirect_field_name=None)
def drop(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """Take somebody out of the room, or leave it oneself."""
    room = get_object_or_404(Room.objects.belonging_to(request.user.pk), slug=slug)
    membership = get_object_or_404(room.memberships.select_related("user", "room"), pk=pk)
    own = membership.user_id == request.user.pk and membership.role != "owner"
    if not own and not may_manage(room.role, _role(membership)):
        raise PermissionDenied
    actions.drop(request.user, membership)
    if own:
        messages.success(request, _("You have left “%(room)s”.") % {"room": room})
        return redirect("home")
    messages.success(request, _("%(person)s is no longer in the room.") % {"person": membership.user})
    return redirect("people", slug)


@require_POST
@login_required(redirect_field_name=None)
def let_back(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.kept_by(request.user.pk), slug=slug)
    ban = get_object_or_404(room.bans.select_related("room"), pk=pk)
    actions.let_back(request.user, ban)
    messages.success(request, _("%(person)s may enter again.") % {"person": ban.name})
    return redirect("people", slug)
