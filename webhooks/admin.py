from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.http import AuthenticatedRequest
from jobs.written import Bounded, Kept, Written
from webhooks import deliveries
from webhooks.forms import EndpointForm
from webhooks.models import Attempt, Delivery, Endpoint


@admin.register(Endpoint)
class EndpointAdmin(Bounded, admin.ModelAdmin):
    """A secret is shown once, when it is made."""

    form = EndpointForm
    list_display = ("url", "room", "enabled", "failing_since", "creator", "created_at")
    list_filter = ("enabled", ("failing_since", admin.EmptyFieldListFilter))
    list_select_related = ("room", "creator")
    search_fields = ("url", "room__name", "room__slug")
    autocomplete_fields = ("room",)
    readonly_fields = ("failing_since", "creator", "created_at")
    actions = ("renew_secret",)

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> tuple[str, ...]:
        return ("room", "url", "kinds", "enabled", *(self.readonly_fields if obj is not None else ()))

    def save_model(self, request: AuthenticatedRequest, obj: Endpoint, form: Any, change: bool) -> None:  # type: ignore[override]
        if not change:
            obj.creator = request.user
            obj.renew_secret()
        if not change or {"kinds", "enabled", "room"} & {*form.changed_data}:
            obj.after = deliveries.latest_event()
        if "enabled" in form.changed_data:
            obj.failing_since = None
        super().save_model(request, obj, form, change)
        if change and "enabled" in form.changed_data:
            deliveries.resume(obj)

    def response_add(self, request: HttpRequest, obj: Endpoint, post_url_continue: str | None = None) -> HttpResponse:
        return self._show(request, [obj])

    @admin.action(description=_("Make new secrets for the selected endpoints"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> HttpResponse:
        renewed = [*endpoints]
        for endpoint in renewed:
            endpoint.renew_secret()
            endpoint.save(update_fields=["sealed_secret"])
            self.log_change(request, endpoint, _now("New secret"))
        return self._show(request, renewed)

    def _show(self, request: HttpRequest, endpoints: list[Endpoint]) -> HttpResponse:
        """A page, and no message, which would be stored until it is shown."""
        facts = {"title": _("Secrets of webhooks"), "opts": self.opts, "endpoints": endpoints}
        return TemplateResponse(
            request, "admin/webhooks/endpoint/secrets.html", {**self.admin_site.each_context(request), **facts}
        )


class AttemptInline(Kept, admin.TabularInline):
    model = Attempt
    fields = ("at", "status", "answer", "milliseconds")
    extra = 0


@admin.register(Delivery)
class DeliveryAdmin(Written, admin.ModelAdmin):
    list_display = ("message", "event", "endpoint", "status", "attempts", "begun_at", "due_at")
    list_filter = ("status", "event__kind", "begun_at", "endpoint")
    list_select_related = ("event", "endpoint")
    search_fields = ("=message", "endpoint__url", "=room")
    inlines = (AttemptInline,)
    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("webhooks.change_delivery")

    @admin.action(description=_("Send the selected deliveries again"), permissions=["replay"])
    def replay(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        count = deliveries.replay(chosen)
        said = ngettext("%(count)s delivery is sent again.", "%(count)s deliveries are sent again.", count) % {"count": count}
        self.message_user(request, said, messages.SUCCESS)
