from __future__ import annotations

from csp.constants import SELF
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from embedding import sites
from embedding.forms import SiteForm, TryForm
from embedding.models import Site
from rooms.http import address


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin):
    form = SiteForm
    list_display = ("origin", "where")
    list_filter = (("room", admin.EmptyFieldListFilter),)
    list_select_related = ("room",)
    search_fields = ("origin", "room__name", "room__slug")
    autocomplete_fields = ("room",)

    @admin.display(description=_("room"), ordering="room")
    def where(self, site: Site) -> str:
        return str(site.room or _("All rooms"))

    def get_urls(self) -> list[URLPattern]:
        own = path("try/", self.admin_site.admin_view(self.try_out), name="embedding_site_try")
        return [own, *super().get_urls()]

    def try_out(self, request: HttpRequest) -> TemplateResponse:
        """The code for a room, and the room in a frame, as on another site."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TryForm(request.GET or None)
        facts = {**self.admin_site.each_context(request), "title": _("Try a meeting in a frame"), "opts": self.opts, "form": form}
        if form.is_valid():
            room = form.cleaned_data["code"]
            link = address(request, room)
            script = request.build_absolute_uri(reverse("embed_script"))
            code = render_to_string("embedding/code.txt", {"link": link, "script": script})
            facts |= {"room": room, "link": link, "sites": sites.allowed(room.pk), "code": code.strip()}
        response = TemplateResponse(request, "admin/embedding/site/try.html", facts)
        response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
        return response
