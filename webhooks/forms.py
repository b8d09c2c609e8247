from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from webhooks.models import Endpoint


class EndpointForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(label=_("Events"), choices=Event.Kind.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Endpoint
        fields = ("room", "url", "kinds", "enabled")
