"""The page on which people make and revoke the tokens with which other systems act for them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import throttle
from accounts.http import AuthenticatedRequest
from accounts.reauthentication import recently_signed_in
from accounts.throttle import Limit, Throttled
from api import tokens
from api.token_form import TokenForm
from rooms.http import status, too_many

MADE: Final = Limit("api-tokens", 30, 60 * 60)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recently_signed_in
def own_tokens(request: AuthenticatedRequest) -> HttpResponse:
    """A person's tokens. A POST makes one, whose secret is shown in its answer and never again."""
    form = TokenForm(request.POST if request.method == "POST" else None, staff=request.user.is_staff)
    if not form.is_valid():
        return _page(request, form)
    try:
        throttle.take(MADE, str(request.user.pk))
        token, secret = tokens.issue_to(request.user, **form.cleaned_data)
    except Throttled as throttled:
        return too_many(request, throttled)
    except tokens.Full:
        form.add_error(None, _("You have as many tokens as one may have. Revoke one that is not used any more."))
        return _page(request, form)
    return _page(request, TokenForm(staff=request.user.is_staff), made=token, secret=secret)


@require_POST
@login_required(redirect_field_name=None)
def revoke(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(tokens.of(request.user), pk=pk)
    token.delete()
    messages.success(request, _("The token %(name)s is revoked.") % {"name": token.name})
    return redirect("tokens")


def _page(request: AuthenticatedRequest, form: TokenForm, **made: Any) -> HttpResponse:
    return render(request, "api/tokens.html", {"form": form, "tokens": tokens.of(request.user), **made}, status=status(form))
