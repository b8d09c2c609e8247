from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import networks, throttle
from accounts.http import AuthenticatedRequest, Request
from accounts.throttle import Throttled
from rooms import commands, guests, join_links
from rooms.actors import actor
from rooms.forms import JoinLinkForm
from rooms.http import status, too_many
from rooms.models import JoinLink, Room


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Make a link for one person. It is shown once."""
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "vouch"), slug=slug)
    offered = join_links.offered(room.role)
    form = JoinLinkForm(request.POST or None, offered=offered)
    links = join_links.withdrawable(room, room.role).order_by("expires_at", "pk")
    facts = {"room": room, "form": form, "links": links, "made": "", "name": ""}
    if form.is_valid():
        try:
            throttle.take(join_links.LIMIT, str(request.user.pk))
        except Throttled as throttled:
            return too_many(request, throttled)
        link = _made(request, room, form.cleaned_data)
        facts |= {"form": JoinLinkForm(offered=offered), "made": join_links.address(request, link), "name": link.name}
    return render(request, "rooms/join_links.html", facts, status=status(form))


def _made(request: AuthenticatedRequest, room: Room, asked: Mapping[str, Any]) -> JoinLink:
    by, role, life = actor(request.user, room.role), JoinLink.Role(asked["role"]), timedelta(minutes=asked["minutes"])
    return commands.vouch(by, room, asked["name"], role, life=life, language=asked["language"])


@require_POST
@login_required(redirect_field_name=None)
def withdraw(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "vouch"), slug=slug)
    link = get_object_or_404(room.join_links.select_related("room"), pk=pk)
    if commands.unvouch(actor(request.user, room.role), link):
        messages.success(request, _("The link for %(person)s has been withdrawn.") % {"person": link.name})
    else:
        messages.error(request, _("%(person)s has used the link already.") % {"person": link.name})
    return redirect("join_links", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: Request, token: str) -> HttpResponse:
    """Where a join link leads. Looking at it does not use it up, so that a program that previews links does not."""
    try:
        link = join_links.read(token)
    except BadSignature:
        return _gone(request, "foreign", 404)
    guest = guests.find(request.COOKIES, request.session)
    if link is None or (link.expired and not link.used):
        return _gone(request, "expired", 410)
    if join_links.used_by(link, request.user, guest):
        return redirect(link.room)
    if link.used:
        return _gone(request, "used", 410)
    if request.method != "POST":
        return render(request, "rooms/join_link.html", {"link": link, "room": link.room})
    return _followed(request, link, guest)


def _followed(request: Request, link: JoinLink, guest: str) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    try:
        if user is None and not guest:
            guests.count_new(networks.address(request))
    except Throttled as throttled:
        return too_many(request, throttled)
    guest = guest or guests.new()
    if not commands.follow(link, user, guest):
        return _gone(request, "used" if join_links.holds(link) else "expired", 410)
    response = redirect(link.room)
    if user is None:
        guests.remember(response, guest)
    if link.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, link.language, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    return response


def _gone(request: Request, why: str, code: int) -> HttpResponse:
    return render(request, "rooms/join_link_gone.html", {"why": why}, status=code)
