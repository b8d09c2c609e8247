from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import setup
from accounts.forms import ProfileForm, SetupForm
from accounts.http import AuthenticatedRequest, Request


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: AuthenticatedRequest) -> HttpResponse:
    shown = {"time_zone": timezone.get_current_timezone_name()}
    form = ProfileForm(request.POST or None, instance=request.user, initial=shown)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile has been saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
def first_administrator(request: Request, token: str) -> HttpResponse:
    if not setup.is_open(token):
        return render(request, "accounts/setup_closed.html", status=404)
    form = SetupForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/setup.html", {"form": form})
    user = setup.redeem(token, form.save)
    if user is None:
        return render(request, "accounts/setup_closed.html", status=404)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(request, _("You are the administrator now."))
    return redirect("/")
