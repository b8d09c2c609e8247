from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from embedding import sites
from embedding.models import Site
from rooms.forms import CodeForm
from rooms.models import Room

#: For one room, and for all rooms: a header lists them.
MOST: Final = 50


class SiteForm(forms.ModelForm):
    class Meta:
        model = Site
        fields = ("origin", "room")

    def clean_origin(self) -> str:
        try:
            return sites.normal(self.cleaned_data["origin"])
        except ValueError:
            raise ValidationError(
                _("Enter the address of a site with https, such as https://courses.example.org, without a path."), code="origin"
            ) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        others = Site.objects.filter(room=cleaned.get("room")).exclude(pk=self.instance.pk)
        if others.count() >= MOST:
            raise ValidationError(_("There are as many sites as possible already. Remove one first."), code="many")
        return cleaned


class TryForm(CodeForm):
    """The room of this link or code."""

    def clean_code(self) -> Room:  # type: ignore[override]
        room = Room.objects.filter(slug=super().clean_code()).first()
        if room is None:
            raise ValidationError(_("There is no such room."), code="unknown")
        return room
