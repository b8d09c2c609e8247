from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from api import document, reference, views
from api.guard import guarded, unknown
from api.v1 import api
from rooms import converters as converters


def _guarded(patterns: Iterable[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        # The library has a page of its own at the root.
        if pattern.name != "api-root":
            pattern.callback = guarded(pattern.callback)
            yield pattern


urlpatterns = [
    path("api/v1/openapi.json", document.view, name="openapi"),
    path("api/v1/reference", reference.page, name="reference"),
    path("api/v1/", include([*_guarded(api.urls[0])])),
    # Whatever follows, also a line break, which no converter takes.
    re_path("^api/", csrf_exempt(unknown)),
    path("profile/tokens", views.own_tokens, name="tokens"),
    path("profile/tokens/<int:pk>/revoke", views.revoke, name="revoke_token"),
]
