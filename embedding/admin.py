from __future__ import annotations

from django.contrib import admin

from embedding.forms import SiteForm
from embedding.models import Site


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin):
    form = SiteForm
    list_display = ("origin", "room")
    list_filter = (("room", admin.EmptyFieldListFilter),)
    list_select_related = ("room",)
    search_fields = ("origin", "room__name", "room__slug")
    autocomplete_fields = ("room",)
