from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import personal, setup
from accounts.forms import ForgetForm, ProfileForm, SetupForm
from accounts.http import AuthenticatedRequest, Request, personal_file


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
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: AuthenticatedRequest) -> HttpResponse:
    """What is kept of the person. A POST deletes what is not in use."""
    form = ForgetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        personal.forget(request.user, by=request.user)
        messages.success(request, _("What was kept of you and is not in use has been deleted."))
        return redirect("data")
    facts = {"parts": personal.recall(request.user), "form": form}
    return render(request, "accounts/data.html", facts, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def data_file(request: AuthenticatedRequest) -> HttpResponse:
    return personal_file(request.user)


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
