from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import addresses
from accounts.models import User
from accounts.names import clean_name
from accounts.throttle import Throttled
from rooms import passcodes, slugs
from rooms.models import (
    CAPACITY_MAX,
    CAPACITY_MIN,
    NAME_LENGTH,
    AuditEntry,
    JoinLink,
    Membership,
    Room,
    Use,
    in_order,
    lends_relay,
)

#: With this length, even digits alone take decades to guess (``docs/security.md``). Shorter ones of earlier releases stay valid.
PASSCODE_MIN, PASSCODE_MAX = 8, 64


class PasscodeField(forms.CharField):
    """A passcode is read out and typed on phones. So it is shown, and it is normalised."""

    def __init__(self, **kwargs: Any) -> None:
        typing = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(max_length=PASSCODE_MAX, widget=forms.TextInput(attrs=typing), **kwargs)

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().to_python(value) or "")


class CodeForm(forms.Form):
    """Join by code, or by a link that was pasted."""

    code = forms.CharField(
        label=_("Code or link"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"placeholder": "abc-defg-hij", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        slug = slugs.read(self.cleaned_data["code"])
        if slug is None:
            raise forms.ValidationError(_("A code has ten letters, like abc-defg-hij."), code="code")
        return slug


class PasscodeForm(forms.Form):
    passcode = PasscodeField(label=_("Passcode"))

    def __init__(self, *args: Any, room: Room, client: str, identity: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.throttled: Throttled | None = None
        self._attempt = partial(passcodes.attempt, room, client=client, identity=identity)
        self.fields["passcode"].widget.attrs["autofocus"] = True

    def clean_passcode(self) -> str:
        passcode: str = self.cleaned_data["passcode"]
        try:
            right = self._attempt(passcode)
        except Throttled as throttled:
            self.throttled = throttled
            raise forms.ValidationError(
                _("Too many wrong passcodes. Try again in an hour, or ask a host to invite you."), code="throttled"
            ) from throttled
        if not right:
            raise forms.ValidationError(_("This is not the passcode."), code="wrong")
        return passcode


class JoinLinkForm(forms.Form):
    """A link for one person. ``offered`` are the roles that its maker may give."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("How others see them."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), initial=JoinLink.Role.MEMBER, widget=forms.RadioSelect)
    minutes = forms.TypedChoiceField(
        label=_("The link works for"),
        choices=[(10, _("ten minutes")), (60, _("an hour")), (24 * 60, _("a day"))],
        coerce=int,
        initial=60,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [("", _("That of their browser")), *settings.LANGUAGES], required=False
    )

    def __init__(self, *args: Any, offered: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [choice for choice in JoinLink.Role.choices if choice[0] in offered]
        if len(settings.LANGUAGES) == 1:
            self.fields["language"].widget = forms.HiddenInput()

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])


def offer_policies(field: Any) -> None:
    """Offer only the policies that this deployment supports, and say why others are missing."""
    field.choices = [choice for choice in Room.IcePolicy.choices if lends_relay() or choice[0] != Room.IcePolicy.RELAY]
    if settings.ICE_POLICY == "relay":
        field.help_text = _("This server sends everything through its relay, whatever is chosen here.")
    elif lends_relay():
        field.help_text = _("A change counts at once, also in a meeting that is going on: sound and pictures stop for a moment.")
    else:
        field.help_text = _("This server has no relay, so nothing can go through one.")


class AuditForm(forms.Form):
    """Which entries of the audit are shown. A filter with a value that is not valid is left out."""

    action = forms.ChoiceField(label=_("What"), choices=[("", _("Everything")), *AuditEntry.Action.choices], required=False)
    person = forms.CharField(
        label=_("Who or whom"), max_length=NAME_LENGTH, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are set, as arguments of ``audit.entries``."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class UsesField(forms.MultipleChoiceField):
    """``Room.hosts_only``. Who may write in the chat is a setting of its own."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Only hosts may use"),
            choices=[choice for choice in Use.choices if choice[0] != Use.CHAT],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Others are neither heard nor seen with it, also in a meeting that is going on."),
        )

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> str:
        return in_order(super().clean(value))


class SettingsForm(forms.ModelForm):
    """Settings of a room. Name and access apply to whoever enters next; the others at once, also in a live meeting."""

    new_passcode = PasscodeField(label=_("Passcode"), min_length=PASSCODE_MIN, required=False)
    remove_passcode = forms.BooleanField(label=_("Remove the passcode"), required=False)
    hosts_only = UsesField()

    class Meta:
        model = Room
        fields = (
            *("name", "access", "capacity", "ice_policy", "locked"),
            *("waits", "lobby_opens", "lobby_opens_at", "chat", "hosts_only"),
        )
        widgets = {
            "access": forms.RadioSelect,
            "ice_policy": forms.RadioSelect,
            "chat": forms.RadioSelect,
            "waits": forms.RadioSelect,
            "lobby_opens": forms.RadioSelect,
            "lobby_opens_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "capacity": forms.NumberInput(attrs={"min": CAPACITY_MIN, "max": CAPACITY_MAX, "inputmode": "numeric"}),
            "name": forms.TextInput(attrs={"maxlength": NAME_LENGTH, "autocomplete": "off"}),
        }
        help_texts = {
            "capacity": _("Every browser sends to every other one: the more seats, the more each line has to carry."),
            "locked": _("Whoever is not a member knocks, and a host lets them in."),
            "waits": _("They knock, and a host lets them in. Hosts never wait."),
            "lobby_opens": _("Then those who wait come in, and nobody waits any more, unless the meeting is locked."),
        }

    field_order = (
        *("name", "access", "new_passcode", "remove_passcode", "capacity", "ice_policy"),
        *("locked", "waits", "lobby_opens", "lobby_opens_at", "chat", "hosts_only"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.passcode:
            self.fields["new_passcode"].help_text = _("One is set. Leave this empty to keep it. Members are not asked for it.")
        else:
            self.fields["new_passcode"].help_text = _("None is set. Members are not asked for it.")
            del self.fields["remove_passcode"]
        offer_policies(self.fields["ice_policy"])
        in_zone = _("Counts if waiting ends at a set time. In your time zone, %(zone)s.")
        self.fields["lobby_opens_at"].help_text = in_zone % {"zone": timezone.get_current_timezone_name()}

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("remove_passcode") and cleaned.get("new_passcode"):
            self.add_error("remove_passcode", _("Either remove the passcode or set a new one."))
        return cleaned

    @property
    def changed(self) -> list[str]:
        """The fields of the room that change."""
        passcode = {"new_passcode", "remove_passcode"} & set(self.changed_data)
        return [name for name in self.changed_data if name in self.Meta.fields] + (["passcode"] if passcode else [])

    def apply(self) -> Room:
        """The room with the values of the form, not saved."""
        room: Room = self.instance
        if self.cleaned_data.get("remove_passcode"):
            room.set_passcode("")
        elif new := self.cleaned_data["new_passcode"]:
            room.set_passcode(new)
        return room


class RoomForm(forms.ModelForm):
    """A room in the admin."""

    hosts_only = UsesField()


class PeopleFormSet(forms.BaseInlineFormSet):
    """The memberships of one room, edited together. A violated constraint of the database becomes a readable error.

    The person of a membership cannot be changed. Another person gets another membership.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk is not None:
            field, user = form.fields["user"], form.instance.user
            field.disabled = True
            # The widget for a choice among all users would query its one person again.
            field.widget = forms.Select()
            field.choices = [(user.pk, str(user))]
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = field.label or ""

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        if sum(row.get("role") == "owner" and not row.get("DELETE") for row in rows) > 1:
            raise forms.ValidationError(_("A room has one owner."), code="owners")
        for row in rows:
            if row.get("user") and row.get("id") is None and not row.get("DELETE"):
                _check_address(row["user"])


def _check_address(user: User) -> None:
    """Only somebody with a verified address can be added without an invitation."""
    if not addresses.is_verified(user):
        message = _("The address of %(person)s is not verified: this may be anybody. Mark it as verified first, or invite them.")
        raise forms.ValidationError(message, code="unverified", params={"person": user})


class MemberForm(forms.ModelForm):
    """A membership that is given without an invitation. Its instance has the room."""

    class Meta:
        model = Membership
        fields = ("user", "role")

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if self.instance._state.adding:
            _check_address(user)
        return user

    def _get_validation_exclusions(self) -> set[str]:
        """The room is no field, but its constraints count: somebody belongs to it once, and it has one owner."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"room"}


class EmailForm(forms.Form):
    """Somebody's address."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "name@example.org"})
    )

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._room = room

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        belonging = User.objects.filter(addresses.VERIFIED, email=email, memberships__room=self._room)
        if belonging.exists():
            raise forms.ValidationError(_("This person already belongs to the room."), code="member")
        return email
