from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.http import AuthenticatedRequest
from webhooks import deliveries
from webhooks.forms import EndpointForm
from webhooks.models import Attempt, Delivery, Endpoint


@admin.register(Endpoint)
class EndpointAdmin(admin.ModelAdmin):
    """A secret is shown once, when it is made."""

    form = EndpointForm
    list_display = ("url", "room", "enabled", "failing_since", "creator", "created_at")
    list_filter = ("enabled", ("failing_since", admin.EmptyFieldListFilter))
    list_select_related = ("room", "creator")
    search_fields = ("url", "room__name", "room__slug")
    autocomplete_fields = ("room",)
    readonly_fields = ("failing_since", "creator", "created_at")
    fields = ("room", "url", "kinds", "enabled", *readonly_fields)
    actions = ("renew_secret",)

    def save_model(self, request: AuthenticatedRequest, obj: Endpoint, form: Any, change: bool) -> None:  # type: ignore[override]
        if not change:
            obj.creator = request.user
            self._show(request, obj, obj.renew_secret())
        if not change or {"kinds", "enabled", "room"} & {*form.changed_data}:
            obj.after = deliveries.latest_event()
        if "enabled" in form.changed_data:
            obj.failing_since = None
        super().save_model(request, obj, form, change)
        if change and "enabled" in form.changed_data:
            deliveries.resume(obj)

    @admin.action(description=_("Make new secrets for the selected endpoints"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        for endpoint in endpoints:
            secret = endpoint.renew_secret()
            endpoint.save(update_fields=["sealed_secret"])
            self.log_change(request, endpoint, _now("New secret"))
            self._show(request, endpoint, secret)

    def _show(self, request: HttpRequest, endpoint: Endpoint, secret: str) -> None:
        said = _now("The secret of %(url)s is %(secret)s. It is not shown again.")
        self.message_user(request, said % {"url": endpoint.url, "secret": secret}, messages.WARNING)


class Written:
    """Rows that the system writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttemptInline(Written, admin.TabularInline):
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
