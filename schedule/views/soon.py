"""The dates that begin soon, for pages that stay open."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import Request
from schedule.soon import coming


@never_cache
@require_safe
def soon(request: Request) -> HttpResponse:
    """The dates of whoever asks that begin soon or are on, in seconds from now."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=403)
    return JsonResponse({"meetings": [asdict(one) for one in coming(request.user)]})
