from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from accounts.http import AuthenticatedRequest, Request
from accounts.throttle import Limit, Throttled
from rooms.http import too_many
from schedule import downloads
from schedule.models import Feed, ScheduledMeeting

#: Calendars ask every few minutes to hours.
FEEDS: Final = Limit("feeds", 120, 60 * 60)


@never_cache
@login_required
@require_safe
def meeting(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """A meeting, for whoever may see it in the calendar."""
    found = ScheduledMeeting.objects.visible_to(request.user).filter(room__slug=slug)
    return downloads.meeting(get_object_or_404(found, pk=pk))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: AuthenticatedRequest) -> HttpResponse:
    """A person's feed: making, renewing and withdrawing it."""
    if request.method != "POST":
        found = Feed.objects.filter(user=request.user).first()
        return render(request, "schedule/feed.html", {"feed": found, "link": downloads.address(found) if found else ""})
    if "withdraw" in request.POST:
        downloads.withdraw(request.user)
        messages.success(request, _("The address leads nowhere now."))
    else:
        downloads.renew(request.user)
        messages.success(request, _("The address is made. Earlier ones lead nowhere."))
    return redirect("feed")


@never_cache
@require_safe
def feed_file(request: Request, token: str) -> HttpResponse:
    """The feed itself, for a program that has its address."""
    user = downloads.subscriber(token)
    if user is None:
        raise Http404
    try:
        throttle.take(FEEDS, str(user.pk))
    except Throttled as throttled:
        return too_many(request, throttled)
    return downloads.feed(user)
