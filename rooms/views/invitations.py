from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest, Request
from rooms import actions, invitations, throttle
from rooms.forms import EmailForm
from rooms.http import status, too_many
from rooms.models import Invitation, Room
from rooms.policy import may_manage
from rooms.throttle import Limit, Throttled

MAILS = Limit("mails", 60, 60 * 60)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.belonging_to(request.user.pk), slug=slug)
    if request.method != "POST":
        return _page(request, room, EmailForm(room=room))
    if not may_manage(room.role, "member"):
        raise PermissionDenied
    try:
        throttle.take(MAILS, str(request.user.pk))
    except Throttled as throttled:
        return too_many(request, throttled)
    form = EmailForm(request.POST, room=room)
    if not form.is_valid() or not _sent(request, room, form):
        return _page(request, room, form)
    messages.success(request, _("An invitation is on its way to %(email)s.") % form.cleaned_data)
    return redirect("invite", slug)


def _page(request: AuthenticatedRequest, room: Room, form: EmailForm) -> HttpResponse:
    link = request.build_absolute_uri(room.get_absolute_url())
    facts = {"room": room, "form": form, "link": link, "keeper": may_manage(room.role, "member")}
    return render(request, "rooms/invite.html", facts, status=status(form))


def _sent(request: AuthenticatedRequest, room: Room, form: EmailForm) -> bool:
    invitation = actions.invite(request.user, room, form.cleaned_data["email"])
    link = request.build_absolute_uri(f"/invitation/{invitations.token(invitation)}")
    try:
        invitations.send(invitation, link)
    except OSError:
        actions.withdraw(request.user, invitation)
        form.add_error("email", _("The mail could not be sent. Copy the link and send it yourself, or try again later."))
        return False
    return True


@require_POST
@login_required(redirect_field_name=None)
def withdraw(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.kept_by(request.user.pk), slug=slug)
    invitation = get_object_or_404(room.invitations.select_related("room"), pk=pk)
    actions.withdraw(request.user, invitation)
    messages.success(request, _("The invitation of %(email)s has been withdrawn.") % {"email": invitation.email})
    return redirect("people", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request, token: str) -> HttpResponse:
    """Where the link of the mail leads. Who has no account yet may make one, which accepts it: the session remembers why."""
    found = invitations.read(token)
    if found is None:
        return _gone(request)
    if not request.user.is_authenticated:
        request.session["invitation"] = token
        return render(request, "rooms/invitation.html", {"invitation": found, "room": found.room})
    if request.method == "POST":
        return _accepted(request, found)
    return render(request, "rooms/invitation.html", {"invitation": found, "room": found.room})


def _accepted(request: Request, found: Invitation) -> HttpResponse:
    if not request.user.is_authenticated or not actions.accept(request.user, found):
        return _gone(request)
    request.session.pop("invitation", None)
    return redirect(found.room)


def _gone(request: Request) -> HttpResponse:
    return render(request, "rooms/invitation_gone.html", status=404)
