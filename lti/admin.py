from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from jobs.written import Written
from lti.models import Course, Platform


@admin.register(Platform)
class PlatformAdmin(admin.ModelAdmin):
    """The platform asks for two addresses of ours, which the page shows."""

    list_display = ("name", "issuer", "client", "enabled", "keys_at")
    list_filter = ("enabled",)
    search_fields = ("name", "issuer")
    fields = ("name", "issuer", "client", "login_url", "keys_url", "deployments", "enabled")
    change_form_template = "admin/lti/platform/change_form.html"

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: object, **kwargs: object) -> object:  # type: ignore[override]
        ours = {name: request.build_absolute_uri(reverse(name)) for name in ("lti_login", "lti_launch")}
        return super().render_change_form(request, {**context, **ours}, *args, **kwargs)  # type: ignore[arg-type]


@admin.register(Course)
class CourseAdmin(Written, admin.ModelAdmin):
    list_display = ("room", "platform", "context")
    list_filter = ("platform",)
    list_select_related = ("room", "platform")
    search_fields = ("room__name", "context")
