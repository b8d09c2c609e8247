from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses import VERIFIED
from accounts.models import User
from accounts.throttle import Limit
from rooms.forms import PasscodeField
from schedule import addressees
from schedule.addressees import Addressee
from schedule.invitees import PEOPLE_MAX
from schedule.models import COMMENT_LENGTH, Answer, Occurrence, ScheduledMeeting

#: How often one person invites, however many at once.
LIMIT: Final = Limit("meeting-invitations", 60, 60 * 60)
#: How many pieces that are no addresses are shown, in how many letters.
SHOWN: Final = 5
QUOTED: Final = 200


class InviteForm(forms.Form):
    """People to invite to a scheduled meeting: by address, one or many, or from the members of the room."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        max_length=400_000,
        help_text=_("One, or a list: with commas, semicolons or line breaks between them. Names may stand before them."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    members = forms.TypedMultipleChoiceField(
        label=_("Members of the room"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    passcode = PasscodeField(
        label=_("Passcode of the room"),
        required=False,
        help_text=_("It is in the mail if you type it here. This server knows it only as long as the mail is not sent."),
    )

    def __init__(self, *args: Any, scheduled: ScheduledMeeting, own: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._room = scheduled.room
        self._own = own
        self._members = self._invitable(scheduled)
        self.doubled = self.mine = 0
        self.fields["members"].choices = [(user.pk, str(user)) for user in self._members]  # type: ignore[attr-defined]
        if not self._members:
            del self.fields["members"]
        if not self._room.passcode:
            del self.fields["passcode"]

    def _invitable(self, scheduled: ScheduledMeeting) -> list[User]:
        """Members whose address is verified, and who are not invited yet."""
        invited = scheduled.invitees.values("email")
        users = User.objects.filter(VERIFIED, is_active=True, memberships__room=self._room)
        return list(users.exclude(email__in=invited).exclude(email__in=self._own).order_by("display_name", "pk"))

    def clean_addresses(self) -> tuple[Addressee, ...]:
        reading = addressees.read(self.cleaned_data["addresses"])
        if reading.bad:
            first = ", ".join(reading.bad[:SHOWN])
            more = len(reading.bad) - SHOWN
            message = _("No e-mail addresses: %(first)s, and %(more)s more.") if more > 0 else _("No e-mail address: %(first)s.")
            raise forms.ValidationError(message, code="bad", params={"first": first[:QUOTED], "more": more})
        if len(reading.good) > PEOPLE_MAX:
            message = _("At most %(max)s people can be invited to a meeting. These are %(count)s.")
            raise forms.ValidationError(message, code="many", params={"max": PEOPLE_MAX, "count": len(reading.good)})
        self.doubled = reading.doubled
        return reading.good

    def clean_passcode(self) -> str:
        passcode: str = self.cleaned_data["passcode"]
        if passcode and not self._room.check_passcode(passcode):
            raise forms.ValidationError(_("This is not the passcode of the room."), code="wrong")
        return passcode

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["addresses"] and not cleaned.get("members"):
            self.add_error("addresses", _("Write an address, or choose a member."))
        return cleaned

    @property
    def people(self) -> list[Addressee]:
        """Whom to invite, each once, and not oneself."""
        chosen = set(self.cleaned_data.get("members", ()))
        members = [Addressee(user.email, user.display_name) for user in self._members if user.pk in chosen]
        found = {person.email: person for person in (*self.cleaned_data["addresses"], *members)}
        others = [person for person in found.values() if person.email not in self._own]
        self.mine = len(found) - len(others)
        return others


class AnswerForm(forms.Form):
    """What an invited person answers."""

    choice = forms.ChoiceField(label=_("Will you come?"), choices=Answer.Choice.choices, widget=forms.RadioSelect)
    occurrence = forms.TypedChoiceField(label=_("To which date"), required=False, coerce=int, empty_value=None)
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=COMMENT_LENGTH,
        help_text=_("The organiser and hosts of the room see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, dates: Collection[tuple[Occurrence, str]], **kwargs: Any) -> None:
        """``dates`` are those that can be answered one by one, with how they are shown."""
        super().__init__(*args, **kwargs)
        choices = [("", _("All dates")), *((date.pk, shown) for date, shown in dates)]
        self.fields["occurrence"].choices = choices  # type: ignore[attr-defined]
        if len(dates) < 2:
            del self.fields["occurrence"]
