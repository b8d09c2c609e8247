"""The stylesheet and the logo of the deployment, at addresses that change with them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from conference import branding
from conference.branding import Brand


@require_safe
def style(request: HttpRequest, digest: str) -> HttpResponse:
    brand = _with(digest, "style_hash")
    return _lasting(HttpResponse(brand.style, content_type="text/css; charset=utf-8"), digest)


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    brand = _with(digest, "logo_hash")
    response = _lasting(HttpResponse(brand.logo, content_type="image/png"), digest)
    response._csp_replace = {"sandbox": True}  # type: ignore[attr-defined]
    return response


def _with(digest: str, kind: str) -> Brand:
    """The branding with this stylesheet or logo, which another worker may have read before this one."""
    brand = branding.known.get()
    if getattr(brand, kind) != digest:
        brand = branding.known.refresh()
    if getattr(brand, kind) != digest:
        raise Http404
    return brand


def _lasting(response: HttpResponse, digest: str) -> HttpResponse:
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["ETag"] = f'"{digest}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
