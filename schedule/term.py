"""The term of a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.clock import YEARS

#: What a report covers if nobody says another term, and at most.
TERM: Final = timedelta(days=90)
TERM_MOST: Final = timedelta(days=366)
_FIRST, _LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)


class Day(forms.DateField):
    def __init__(self, label: Any) -> None:
        message = _("Choose a day between 2000 and 2100.")
        bounds = [MinValueValidator(_FIRST, message), MaxValueValidator(_LAST, message)]
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, widget=widget, validators=bounds)


class TermForm(forms.Form):
    """The first and the last day of a report, in the zone of the reader."""

    since = Day(_("From"))
    until = Day(_("To"))

    def __init__(self, data: Mapping[str, str], today: date) -> None:
        first = {"since": (today - TERM).isoformat(), "until": today.isoformat()}
        super().__init__({name: data.get(name) or value for name, value in first.items()})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", ValidationError(_now("This is before the first day."), code="order"))
        elif since and until and until - since > TERM_MOST:
            self.add_error("since", ValidationError(_now("A report covers one year at most."), code="long"))
        return cleaned

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the beginning of the first day to the end of the last."""
        return _midnight(self.cleaned_data["since"]), _midnight(self.cleaned_data["until"] + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
