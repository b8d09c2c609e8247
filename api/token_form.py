"""The form with which people, and administrators for the deployment, make a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.names import clean_name
from api.models import NAME_LENGTH
from api.scopes import Scope

_LIVES: Final = ((7, _("A week")), (30, _("A month")), (90, _("Three months")), (365, _("A year")))
#: What only administrators may do, with a token as without one.
_OF_STAFF: Final = frozenset({Scope.USERS_READ, Scope.USERS_WRITE})


def _words() -> list[tuple[str, str]]:
    return [(scope.value, f"{scope.label} ({scope.value})") for scope in Scope]


class TokenForm(forms.Form):
    """``name``, ``scopes`` and ``life`` of a token. Scopes of administrators are offered with ``staff``."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("What it is for."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.TypedMultipleChoiceField(
        label=_("What it may do"), choices=_words, coerce=Scope, widget=forms.CheckboxSelectMultiple
    )
    life = forms.TypedChoiceField(
        label=_("It ends after"), choices=_LIVES, coerce=lambda days: timedelta(days=int(days)), initial=90
    )

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not staff:
            offered: Any = self.fields["scopes"]
            offered.choices = [choice for choice in _words() if choice[0] not in _OF_STAFF]

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])
