from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest, Request
from rooms import commands, occupancy
from rooms.actors import actor
from rooms.forms import SettingsForm
from rooms.http import in_charge, status
from rooms.models import Room, Use


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "edit"), slug=slug)
    form = SettingsForm(request.POST or None, instance=copy(room))
    if form.is_valid():
        commands.save(actor(request.user, room.role), form.apply(), form.changed)
        messages.success(request, _("The settings have been saved."))
        return redirect("settings", slug)
    return render(request, "rooms/settings.html", {"room": room, "form": form}, status=status(form))


@require_POST
def lock(request: Request, slug: str) -> HttpResponse:
    """Lock or unlock, from the call. The pages of the meeting are informed over their sockets."""
    room, by = in_charge(request, slug, "lock")
    wanted = request.POST.get("locked")
    if wanted not in {"yes", "no"}:
        return HttpResponseBadRequest()
    commands.lock(by, room, wanted == "yes")
    return HttpResponse(status=204)


@require_POST
def uses(request: Request, slug: str) -> HttpResponse:
    """Leave a use to hosts, or open it to everyone, from the call."""
    room, by = in_charge(request, slug, "restrict")
    use, wanted = request.POST.get("use"), request.POST.get("hosts_only")
    if use not in Use.values or wanted not in {"yes", "no"}:
        return HttpResponseBadRequest()
    commands.reserve(by, room, Use(use), wanted == "yes")
    return HttpResponse(status=204)


@require_POST
def lobby(request: Request, slug: str) -> HttpResponse:
    """Who waits from now on, from the call. It opens when nobody has to."""
    room, by = in_charge(request, slug, "edit")
    waits = request.POST.get("waits")
    if waits not in Room.WhoWaits.values:
        return HttpResponseBadRequest()
    commands.hold(by, room, Room.WhoWaits(waits))
    return HttpResponse(status=204)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "delete"), slug=slug)
    if request.method == "POST":
        commands.delete(actor(request.user, room.role), room)
        messages.success(request, _("“%(room)s” has been deleted.") % {"room": room})
        return redirect("home")
    occupancy.count([room])
    return render(request, "rooms/delete.html", {"room": room})
