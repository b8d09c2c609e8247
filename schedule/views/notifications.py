"""What a person hears of: their choices, the end of mails by a link, and what browsers notify of."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import AuthenticatedRequest, Request
from rooms.http import status
from schedule import notifications, upcoming
from schedule.choices import ChoicesForm


@login_required
@require_http_methods(["GET", "POST"])
def choices(request: AuthenticatedRequest) -> HttpResponse:
    form = ChoicesForm(request.POST or None, instance=notifications.of(request.user))
    if form.is_valid():
        form.save()
        messages.success(request, _("Your choices have been saved."))
        return redirect("notifications")
    return render(request, "schedule/notifications.html", {"form": form}, status=status(form))


# A mail program posts without cookies (RFC 8058). The link is signed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def silence(request: Request, token: str) -> HttpResponse:
    """The link of a mail that ends such mails. Only a POST does: programs look at the links of mails, too."""
    found = notifications.read(token)
    if found is None:
        return render(request, "schedule/silence_gone.html", status=404)
    what, user = found
    if request.method == "POST":
        notifications.silence(what, user)
    return render(request, "schedule/silence.html", {"what": what, "done": request.method == "POST"})


@never_cache
@require_GET
def due(request: Request) -> JsonResponse:
    """The meetings of which this person's browser notifies now, and after how many seconds it asks again."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return JsonResponse(upcoming.due(request.user))
