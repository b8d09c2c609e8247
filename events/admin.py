from __future__ import annotations

from django.contrib import admin

from events.models import Event
from jobs.written import Kept


@admin.register(Event)
class EventAdmin(Kept, admin.ModelAdmin):
    """What happened lately, to be read only."""

    list_display = ("at", "kind", "room", "details")
    list_filter = ("kind", "at")
    search_fields = ("=room",)
    ordering = ("-pk",)
    date_hierarchy = "at"
