"""Inviting people to a scheduled meeting, and what they answered, for the hosts of its room."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import throttle
from accounts.http import AuthenticatedRequest
from accounts.throttle import Throttled
from rooms.actors import actor
from rooms.http import status, too_many
from rooms.models import Room
from schedule import invitees, links, mails
from schedule.commands import Gone
from schedule.invitee_forms import LIMIT, InviteForm
from schedule.invitees import TooMany
from schedule.models import Invitee, ScheduledMeeting
from signaling.permissions import Actor

PAGE: Final = 100


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "invite"), slug=slug)
    scheduled = get_object_or_404(room.scheduled.select_related("room"), pk=pk)
    by = actor(request.user, room.role)
    if request.method != "POST":
        return _page(request, room, scheduled, InviteForm(scheduled=scheduled, own=invitees.own(by)))
    try:
        throttle.take(LIMIT, str(request.user.pk))
    except Throttled as throttled:
        return too_many(request, throttled)
    form = InviteForm(request.POST, scheduled=scheduled, own=invitees.own(by))
    try:
        done = form.is_valid() and _invite(request, by, scheduled, form)
    except Gone:
        messages.error(request, _("This meeting is over or cancelled: nobody can be invited to it."))
        return redirect("invitees", slug, pk)
    return redirect("invitees", slug, pk) if done else _page(request, room, scheduled, form)


def _invite(request: AuthenticatedRequest, by: Actor, scheduled: ScheduledMeeting, form: InviteForm) -> bool:
    """Whether the form was carried out. If not, it has an error. Raises Gone."""
    people = form.people
    try:
        new = invitees.invite(by, scheduled, people, form.cleaned_data.get("passcode", ""))
    except TooMany as error:
        form.add_error(None, _("At most %(left)s more people can be invited to this meeting.") % {"left": error.left})
        return False
    except Throttled:
        form.add_error(None, _("You cannot invite so many people today. Invite fewer, or the others tomorrow."))
        return False
    for said in _outcome(len(new), len(people) - len(new), form):
        messages.success(request, said)
    return True


def _outcome(new: int, known: int, form: InviteForm) -> list[str]:
    """What became of what was typed, as sentences."""
    facts = {"new": new, "known": known, "doubled": form.doubled}
    said = [ngettext("%(new)s person is invited.", "%(new)s people are invited.", new)]
    if new and not mails.are_sent():
        said.append(_("This server sends no mail: copy the links below and hand them over yourself."))
    if known:
        said.append(ngettext("%(known)s was invited already.", "%(known)s were invited already.", known))
    if form.doubled:
        said.append(ngettext("%(doubled)s address stood there twice.", "%(doubled)s addresses stood there twice.", form.doubled))
    if form.mine:
        said.append(_("You need no invitation: your own address was left out."))
    return [one % facts for one in said]


def _page(request: AuthenticatedRequest, room: Room, scheduled: ScheduledMeeting, form: InviteForm) -> HttpResponse:
    rows = scheduled.invitees.select_related("mail__job", "user").prefetch_related("answers__occurrence").order_by("email")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for invitee in page:
        invitee.link = links.answer(links.token(invitee.pk))
    facts = {
        "room": room,
        "scheduled": scheduled,
        "form": form,
        "page": page,
        "open": invitees.is_open(scheduled),
        "mails": mails.are_sent(),
        "tally": invitees.tally(scheduled),
    }
    return render(request, "schedule/invitees.html", facts, status=status(form))


@require_POST
@login_required(redirect_field_name=None)
def uninvite(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "withdraw"), slug=slug)
    found = Invitee.objects.filter(scheduled__room=room).select_related("scheduled__room")
    invitee = get_object_or_404(found, pk=pk)
    invitees.withdraw(actor(request.user, room.role), invitee)
    messages.success(request, _("%(email)s is not invited any more.") % {"email": invitee.email})
    return redirect("invitees", slug, invitee.scheduled_id)
