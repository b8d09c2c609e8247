from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import throttle
from accounts.http import AuthenticatedRequest, Request
from accounts.throttle import Throttled
from rooms import commands, invitations
from rooms.actors import actor
from rooms.forms import EmailForm
from rooms.http import address, status, too_many
from rooms.models import Invitation, Room
from signaling.permissions import can


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "view"), slug=slug)
    if request.method != "POST":
        return _page(request, room, EmailForm(room=room))
    by = actor(request.user, room.role)
    by.must("invite")
    try:
        throttle.take(invitations.LIMIT, str(request.user.pk))
    except Throttled as throttled:
        return too_many(request, throttled)
    form = EmailForm(request.POST, room=room)
    if not form.is_valid():
        return _page(request, room, form)
    invited = commands.invite(by, room, form.cleaned_data["email"])
    messages.success(request, _invited(request, invited))
    return redirect("invite", slug)


def _page(request: AuthenticatedRequest, room: Room, form: EmailForm) -> HttpResponse:
    keeper = can(room.role, "invite")
    invited = list(room.invitations.select_related("mail__job")) if keeper else []
    for invitation in invited:
        invitation.link = invitations.address(request, invitation)
    facts = {
        "room": room,
        "form": form,
        "link": address(request, room),
        "keeper": keeper,
        "invitations": invited,
        "mails": invitations.are_mailed(),
    }
    return render(request, "rooms/invite.html", facts, status=status(form))


def _invited(request: AuthenticatedRequest, invitation: Invitation) -> str:
    """Mail the invitation if the server sends mail. The message for the host, which does not depend on accounts."""
    facts = {"email": invitation.email}
    if not invitations.are_mailed():
        return _("%(email)s is invited. Copy the link below and hand it over yourself.") % facts
    if not invitations.send(invitation, invitations.address(request, invitation)):
        return _("%(email)s is invited, but gets no more mail today. Copy the link below and hand it over yourself.") % facts
    return _("An invitation is on its way to %(email)s.") % facts


@require_POST
@login_required(redirect_field_name=None)
def withdraw(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "withdraw"), slug=slug)
    invitation = get_object_or_404(room.invitations.select_related("room"), pk=pk)
    commands.withdraw(actor(request.user, room.role), invitation)
    messages.success(request, _("The invitation of %(email)s has been withdrawn.") % {"email": invitation.email})
    return redirect("invite", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request, token: str) -> HttpResponse:
    """The page to which the link of the mail leads. A new account accepts the invitation, which the session remembers."""
    found = invitations.read(token)
    if found is None:
        return _gone(request)
    if request.method == "POST" and "decline" in request.POST:
        return _declined(request, found)
    if not request.user.is_authenticated:
        request.session["invitation"] = token
        return render(request, "rooms/invitation.html", {"invitation": found, "room": found.room})
    if request.method == "POST":
        return _accepted(request, found)
    return render(request, "rooms/invitation.html", {"invitation": found, "room": found.room})


def _accepted(request: Request, found: Invitation) -> HttpResponse:
    if not request.user.is_authenticated or not commands.accept(request.user, found):
        return _gone(request)
    request.session.pop("invitation", None)
    return redirect(found.room)


def _declined(request: Request, found: Invitation) -> HttpResponse:
    if not commands.decline(request.user if request.user.is_authenticated else None, found):
        return _gone(request)
    request.session.pop("invitation", None)
    messages.success(request, _("You have declined the invitation. Nothing else follows from it."))
    return redirect("home")


def _gone(request: Request) -> HttpResponse:
    return render(request, "rooms/invitation_gone.html", status=404)
