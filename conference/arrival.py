"""``/health/arrival``: how a request arrives here, for ``manage.py doctor``, which sends it through the public address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from accounts import networks
from conference import forwarding

PATH: Final = "/health/arrival"
LIFE_SECONDS: Final = 60
_SALT: Final = "conference.arrival"


def token() -> str:
    """A token that permits a request, for a minute. It needs SECRET_KEY."""
    return signing.dumps("", salt=_SALT)


class ArrivalMiddleware:
    """Answers a request that has a token with what arrived: ``host``, ``scheme``, ``sent`` (the value of CLIENT_IP_HEADER),
    ``client`` (the address that limits count by), ``peer`` (who is connected) and ``forwarded`` (names of headers by which a
    proxy shows itself).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != PATH or not _permitted(request):
            return self._get_response(request)
        arrived = {
            "host": request.headers.get("Host", ""),
            "scheme": request.headers.get("X-Forwarded-Proto", ""),
            "sent": request.headers.get(settings.CLIENT_IP_HEADER, "") if settings.CLIENT_IP_HEADER else "",
            "client": networks.address(request),
            "peer": request.META.get("REMOTE_ADDR", ""),
            "forwarded": forwarding.seen({name.lower() for name in request.headers}),
        }
        return JsonResponse(arrived, headers={"Cache-Control": "no-store"})


def _permitted(request: HttpRequest) -> bool:
    try:
        signing.loads(request.headers.get("Authorization", "").removeprefix("Bearer "), salt=_SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature:
        return False
    return True
