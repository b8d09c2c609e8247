"""The pages to which the links of an invitation lead. No account is needed. Looking at them changes nothing, because programs
follow the links of mails.
"""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from accounts.http import Request
from accounts.throttle import Limit, Throttled
from rooms.http import status, too_many
from schedule import downloads, invitees, letters, links
from schedule.invitee_forms import AnswerForm
from schedule.models import Answer, Invitee, Occurrence

#: By invited person.
ANSWERS: Final = Limit("answers", 60, 60 * 60)
#: So many dates can be answered one by one.
DATES: Final = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, token: str) -> HttpResponse:
    invitee = links.find(token)
    if invitee is None:
        return _gone(request)
    dates = _dates(invitee)
    shown = [(date, letters.span(date.starts_at, date.ends_at, invitee.scheduled.zone)) for date in dates]
    if request.method != "POST":
        return _page(request, token, invitee, AnswerForm(dates=shown, initial=_initial(request, invitee)))
    try:
        throttle.take(ANSWERS, str(invitee.pk))
    except Throttled as throttled:
        return too_many(request, throttled)
    form = AnswerForm(request.POST, dates=shown)
    if not dates or not form.is_valid():
        return _page(request, token, invitee, form)
    chosen = next((date for date in dates if date.pk == form.cleaned_data.get("occurrence")), None)
    invitees.answer(invitee, Answer.Choice(form.cleaned_data["choice"]), form.cleaned_data["comment"], chosen)
    messages.success(request, _("Your answer is sent. You can change it here at any time."))
    return redirect("answer", token)


def _page(request: Request, token: str, invitee: Invitee, form: AnswerForm) -> HttpResponse:
    scheduled = invitee.scheduled
    dates = _dates(invitee)
    facts = {
        "token": token,
        "invitee": invitee,
        "scheduled": scheduled,
        "room": scheduled.room,
        "organiser": scheduled.organiser,
        "dates": dates,
        "form": form,
        "given": list(invitee.answers.select_related("occurrence")),
    }
    return render(request, "schedule/answer.html", facts, status=status(form))


def _dates(invitee: Invitee) -> list[Occurrence]:
    if invitee.scheduled.cancelled_at is not None:
        return []
    upcoming = invitee.scheduled.occurrences.upcoming(Now())
    return list(upcoming.select_related("scheduled")[:DATES])


def _initial(request: Request, invitee: Invitee) -> dict[str, str]:
    """What the link of the mail says, or what was answered for all dates."""
    choice = request.GET.get("choice", "")
    given = invitee.answers.filter(occurrence=None).first()
    known = {"choice": given.choice, "comment": given.comment} if given else {}
    return known | ({"choice": choice} if choice in Answer.Choice.values else {})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def silence(request: Request, token: str) -> HttpResponse:
    """No mail about a meeting any more, or again. Mail programs post here, too (RFC 8058): the token is the permission."""
    invitee = links.find(token)
    if invitee is None:
        return _gone(request)
    if request.method == "POST":
        (invitees.hear if "hear" in request.POST else invitees.silence)(invitee)
        return redirect("silence", token)
    return render(
        request, "schedule/invitation_silence.html", {"token": token, "invitee": invitee, "scheduled": invitee.scheduled}
    )


@never_cache
@require_safe
def download(request: Request, token: str) -> HttpResponse:
    """The meeting, to add to a calendar."""
    invitee = links.find(token)
    return downloads.meeting(invitee.scheduled) if invitee is not None else _gone(request)


def _gone(request: Request) -> HttpResponse:
    return render(request, "schedule/answer_gone.html", status=404)
