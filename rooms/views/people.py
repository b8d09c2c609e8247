from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import addresses
from accounts.http import AuthenticatedRequest, Request
from rooms import commands
from rooms.actors import actor
from rooms.http import in_charge
from rooms.models import Membership, Room
from signaling.permissions import Target, can
from signaling.protocol.values import Role


@never_cache
@login_required
@require_safe
def people(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "view"), slug=slug)
    memberships = list(room.memberships.select_related("user").order_by("user__display_name", "pk"))
    memberships.sort(key=lambda membership: Membership.Role.values.index(membership.role))
    verified = addresses.verified_among(membership.user for membership in memberships)
    for membership in memberships:
        membership.manageable = can(room.role, "drop", _target(request, membership))
        membership.promotable = can(room.role, "set_role", _role(membership))
        membership.verified = membership.user_id in verified
    facts = {
        "room": room,
        "memberships": memberships,
        "keeper": can(room.role, "invite"),
        "network_bans": room.network_bans.current(),
    }
    return render(request, "rooms/people.html", facts)


def _role(membership: Membership) -> Role:
    return Membership.Role(membership.role).value  # type: ignore[return-value]


def _target(request: AuthenticatedRequest, membership: Membership) -> Target:
    return "oneself" if membership.user_id == request.user.pk else _role(membership)


@require_POST
@login_required(redirect_field_name=None)
def change_role(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "set_role"), slug=slug)
    membership = get_object_or_404(room.memberships.select_related("user", "room"), pk=pk)
    wanted = request.POST.get("role", "")
    if wanted not in {"host", "member"}:
        return HttpResponseBadRequest()
    commands.change_role(actor(request.user, room.role), membership, Membership.Role(wanted))
    return redirect("people", slug)


@require_POST
def role(request: Request, slug: str) -> HttpResponse:
    """Make somebody in the call a host or a member. 404 if they are not there, 409 if they have no account."""
    room, by = in_charge(request, slug, "promote")
    wanted = request.POST.get("role", "")
    if wanted not in {"host", "member"}:
        return HttpResponseBadRequest()
    try:
        given = commands.give_role(by, room, request.POST.get("id", ""), Membership.Role(wanted))
    except LookupError as error:
        raise Http404 from error
    return HttpResponse(status=204 if given else 409)


@require_POST
@login_required(redirect_field_name=None)
def drop(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """Remove somebody from the room, or leave it."""
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "drop"), slug=slug)
    membership = get_object_or_404(room.memberships.select_related("user", "room"), pk=pk)
    commands.drop(actor(request.user, room.role), membership)
    if membership.user_id == request.user.pk:
        messages.success(request, _("You have left “%(room)s”.") % {"room": room})
        return redirect("home")
    messages.success(request, _("%(person)s is no longer in the room.") % {"person": membership.user})
    return redirect("people", slug)


@require_POST
@login_required(redirect_field_name=None)
def let_back(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "unban"), slug=slug)
    ban = get_object_or_404(room.bans.select_related("room"), pk=pk)
    commands.let_back(actor(request.user, room.role), ban)
    messages.success(request, _("%(person)s may enter again.") % {"person": ban.name})
    return redirect("people", slug)


@require_POST
def guests(request: Request, slug: str) -> HttpResponse:
    """A host who bans somebody in the call also acts on guests. 204 if everything was done."""
    room, by = in_charge(request, slug, "ban")
    if "wait" in request.POST:
        commands.hold_guests(by, room)
    if "network" in request.POST and not commands.bar_network(by, room, request.POST["network"]):
        raise Http404
    return HttpResponse(status=204)


@require_POST
@login_required(redirect_field_name=None)
def unbar(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "unban"), slug=slug)
    ban = get_object_or_404(room.network_bans.select_related("room"), pk=pk)
    commands.unbar_network(actor(request.user, room.role), ban)
    messages.success(
        request, _("People without an account may enter from the network of %(person)s again.") % {"person": ban.name}
    )
    return redirect("people", slug)
