from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.forms import ZoneField
from accounts.throttle import Limit
from schedule import recurrence, zones
from schedule.commands import Fields
from schedule.models import AGENDA_LENGTH, MINUTES_MAX, TITLE_LENGTH, Occurrence, ScheduledMeeting
from schedule.recurrence import COUNT_MAX, DAYS, EVERY_MAX, Recurrence
from signaling.protocol.texts import BIDI_CONTROLS, CONTROLS

#: How far ahead the first date and the last one may be.
YEARS: Final = 5
#: How many of these one person sends: each can write some hundred dates, and mails to all who are invited.
LIMIT: Final = Limit("scheduled-meetings", 300, 60 * 60)
_DAY: Final = dt.timedelta(days=1)
_MINUTE: Final = dt.timedelta(minutes=1)
REPEATS: Final = (
    ("", _("Does not repeat")),
    ("daily", _("Daily")),
    ("weekly", _("Weekly")),
    ("month_day", _("Monthly, on this day of the month")),
    ("month_weekday", _("Monthly, on this weekday of the month, as the second Tuesday")),
    ("month_last", _("Monthly, on the last weekday of this kind")),
)


class LineField(forms.CharField):
    """One line. Line breaks and controls that are pasted into it become spaces: it is a header of mails and calendars."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return " ".join("".join(" " if _is_control(letter) else letter for letter in unicodedata.normalize("NFC", text)).split())


class LinesField(forms.CharField):
    """A text of several lines, without other controls."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        lines = (super().to_python(value) or "").splitlines()
        return "\n".join("".join(letter for letter in line if letter == "\t" or not _is_control(letter)) for line in lines)


def _is_control(letter: str) -> bool:
    return letter in BIDI_CONTROLS or unicodedata.category(letter) in CONTROLS


class DateInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "time"}, format="%H:%M")


class DateForm(forms.Form):
    """One date: when, what, and why."""

    title = LineField(label=_("Title"), max_length=TITLE_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    date = forms.DateField(label=_("Date"), widget=DateInput)
    begins = forms.TimeField(label=_("Begins"), widget=TimeInput)
    ends = forms.TimeField(label=_("Ends"), widget=TimeInput)
    overnight = forms.BooleanField(label=_("It ends on the next day"), required=False)
    zone = ZoneField(label=_("Time zone"), help_text=_("Everybody sees the time of their own zone."))
    agenda = LinesField(label=_("Agenda"), max_length=AGENDA_LENGTH, required=False)
    #: What the page was made from.
    sequence = forms.IntegerField(required=False, widget=forms.HiddenInput)

    when = ("date", "begins", "ends", "overnight", "zone")

    def __init__(self, *args: Any, now: dt.datetime, known: ScheduledMeeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self._known = known
        self.fields["date"].widget.attrs["max"] = str(_years_after(now.date()))

    def clean_date(self) -> dt.date:
        date: dt.date = self.cleaned_data["date"]
        if date > _years_after(self._now.date()):
            raise forms.ValidationError(_("This is too far ahead. Choose a date within five years."), code="far")
        if date < self._now.date() - _DAY and not self._is_as_before("date", date):
            raise forms.ValidationError(_("This day is over. Choose a later one."), code="over")
        return date

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self._known is not None and cleaned.get("sequence") not in {None, self._known.sequence}:
            self.add_error(
                None, forms.ValidationError(_("Somebody has changed this meeting meanwhile. Look at it again."), code="stale")
            )
            data: Any = self.data
            self.data = data.copy()
            self.data["sequence"] = str(self._known.sequence)  # type: ignore[index]
        if not {"date", "begins", "ends", "zone"} - cleaned.keys():
            self._clean_times()
        return cleaned

    def _clean_times(self) -> None:
        if not 0 < self.minutes <= MINUTES_MAX:
            message = (
                _("A meeting lasts a day at most.")
                if self.minutes > 0
                else _("The end is not after the beginning. If it is on the next day, say so below.")
            )
            self.add_error("ends", forms.ValidationError(message, code="ends"))
            return
        begins = zones.local(self.cleaned_data["date"], self.cleaned_data["begins"], self.cleaned_data["zone"])
        as_before = self._is_as_before("date", self.cleaned_data["date"])
        if begins + dt.timedelta(minutes=self.minutes) <= self._now and not as_before:
            self.add_error("ends", forms.ValidationError(_("This time is over. Choose a later one."), code="over"))

    def _is_as_before(self, name: str, value: Any) -> bool:
        """A series that has begun keeps its first date."""
        return self._known is not None and bool(self._known.rule) and getattr(self._known, name) == value

    @property
    def minutes(self) -> int:
        """The length. That of a single date is counted, because the clocks may change meanwhile."""
        date, zone = self.cleaned_data["date"], self.cleaned_data["zone"]
        last = date + _DAY if self.cleaned_data["overnight"] else date
        if self._recurs:
            length = dt.datetime.combine(last, self.cleaned_data["ends"]) - dt.datetime.combine(date, self.cleaned_data["begins"])
        else:
            length = zones.local(last, self.cleaned_data["ends"], zone) - zones.local(date, self.cleaned_data["begins"], zone)
        return length // _MINUTE

    @property
    def _recurs(self) -> bool:
        return False

    def values(self) -> Fields:
        """What the commands take."""
        names = ("title", "agenda", "date", "begins", "zone")
        return Fields(**{name: self.cleaned_data[name] for name in names}, minutes=self.minutes, rule=self.rule)

    @property
    def rule(self) -> str:
        return ""


class MeetingForm(DateForm):
    """A scheduled meeting, with its rule."""

    repeats = forms.ChoiceField(label=_("Repeats"), choices=REPEATS, required=False)
    every = forms.IntegerField(
        label=_("Every so many days, weeks or months"),
        min_value=1,
        max_value=EVERY_MAX,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("A month that does not have the day is left out."),
    )
    days = forms.MultipleChoiceField(
        label=_("On these days"),
        choices=[(day, WEEKDAYS[number]) for number, day in enumerate(DAYS)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice it is the day of the date."),
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=DateInput, help_text=_("The last day, as it is in the time zone.")
    )
    count = forms.IntegerField(
        label=_("Or so many times"),
        min_value=1,
        max_value=COUNT_MAX,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Leave both empty to go on without an end."),
    )

    rules = ("repeats", "every", "days", "until", "count")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._forget_what_is_not_shown()
        date = cleaned.get("date")
        if not cleaned.get("repeats") or date is None:
            return cleaned
        if "until" in cleaned and "count" in cleaned:
            self._clean_end(date)
        if "days" not in self.errors and not recurrence.fits(self._recurrence, date):
            weekday = {"weekday": WEEKDAYS[date.weekday()]}
            message = (
                _now("The first date is a %(weekday)s. Choose it as well, or another date.") % weekday
                if cleaned["repeats"] == "weekly"
                else _now("The first date is not the last %(weekday)s of its month. Choose another date.") % weekday
            )
            self.add_error("days" if cleaned["repeats"] == "weekly" else "date", forms.ValidationError(message, code="fits"))
        return cleaned

    def _forget_what_is_not_shown(self) -> None:
        """The page shows these fields only if they count."""
        repeats = self.cleaned_data.get("repeats")
        hidden = self.rules[1:] if repeats == "" else () if repeats in {None, "weekly"} else ("days",)
        for name in hidden:
            self.errors.pop(name, None)

    def _clean_end(self, date: dt.date) -> None:
        until, count = self.cleaned_data["until"], self.cleaned_data["count"]
        if until is not None and count is not None:
            message = _("Say either the last day or how many times.")
        elif until is not None and until < date:
            message = _("The last day is before the first date.")
        elif until is not None and until > _years_after(date):
            message = _("This is too far ahead. Choose a day within five years, or leave it empty.")
        else:
            return
        self.add_error("until", forms.ValidationError(message, code="until"))

    @property
    def _recurs(self) -> bool:
        return bool(self.cleaned_data.get("repeats"))

    @property
    def _recurrence(self) -> Recurrence:
        cleaned = self.cleaned_data
        days = cleaned.get("days") or [DAYS[cleaned["date"].weekday()]]
        return Recurrence(
            repeats=cleaned["repeats"],
            every=cleaned.get("every") or 1,
            days=tuple(day for day in DAYS if day in days) if cleaned["repeats"] == "weekly" else (),
            until=cleaned.get("until"),
            count=cleaned.get("count"),
        )

    @property
    def rule(self) -> str:
        return recurrence.write(self._recurrence, self.cleaned_data["date"], self.cleaned_data["zone"]) if self._recurs else ""


def _years_after(date: dt.date) -> dt.date:
    return date + dt.timedelta(days=365 * YEARS)


def blank(now: dt.datetime) -> dict[str, Any]:
    """What a new meeting begins with: the next full hour, in the zone of whoever asks."""
    zone = timezone.get_current_timezone_name()
    date, clock = zones.wall(now + dt.timedelta(hours=1), zone)
    return {"zone": zone, **times(zones.local(date, clock.replace(minute=0, second=0, microsecond=0), zone), 60, zone)}


def of_all(scheduled: ScheduledMeeting) -> dict[str, Any]:
    """The values of all dates, from the first one on."""
    return {
        **_words(scheduled),
        **times(zones.local(scheduled.date, scheduled.begins, scheduled.zone), scheduled.minutes, scheduled.zone),
        **_rule(scheduled.rule, scheduled.zone),
    }


def of_following(occurrence: Occurrence) -> dict[str, Any]:
    """The values of all dates from this one on: those of the rule, and not the date's own."""
    scheduled = occurrence.scheduled
    values = {**of_all(scheduled), **times(occurrence.original_at, scheduled.minutes, scheduled.zone)}
    if values["count"] is not None:
        values["count"] -= len(recurrence.dates(scheduled, occurrence.original_at))
    return values


def of_one(occurrence: Occurrence) -> dict[str, Any]:
    """The values of one date."""
    minutes = (occurrence.ends_at - occurrence.starts_at) // _MINUTE
    when = times(occurrence.starts_at, minutes, occurrence.scheduled.zone)
    return {**_words(occurrence.scheduled), **when, "title": occurrence.title, "agenda": occurrence.agenda}


def _words(scheduled: ScheduledMeeting) -> dict[str, Any]:
    return {name: getattr(scheduled, name) for name in ("title", "agenda", "zone", "sequence")}


def times(starts_at: dt.datetime, minutes: int, zone: str) -> dict[str, Any]:
    """The values of the fields of ``DateForm.when``, without the zone."""
    date, begins = zones.wall(starts_at, zone)
    last, ends = zones.wall(starts_at + dt.timedelta(minutes=minutes), zone)
    return {"date": date, "begins": begins, "ends": ends, "overnight": last != date}


def _rule(rule: str, zone: str) -> dict[str, Any]:
    known = recurrence.read(rule, zone)
    return {"repeats": known.repeats, "every": known.every, "days": list(known.days), "until": known.until, "count": known.count}
