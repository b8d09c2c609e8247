from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import addresses, zones
from accounts.models import User
from accounts.names import clean_name
from signaling.protocol.bounds import NAME_LENGTH


class NameField(forms.CharField):
    """A display name, normalised as in the protocol."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Your name"))
        kwargs.setdefault("help_text", _("What others in a meeting see."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "name"}))
        super().__init__(max_length=NAME_LENGTH, **kwargs)

    def clean(self, value: Any) -> str:
        return clean_name(super().clean(value))


class SignupForm(forms.Form):
    """The additional field of allauth's sign-up forms: the display name."""

    display_name = NameField()
    field_order = ["display_name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])


class ZoneSelect(forms.Select):
    """Offers a name of former times, too, if that is the one which is chosen."""

    # Django's own template includes another one for each of the hundreds of options, which takes most of the time of a page.
    template_name = "accounts/zone_select.html"

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        former = [one for one in value if zones.is_zone(one) and one not in zones.names()]
        own = [(None, [self.create_option(name, one, one, True, 0, attrs=attrs)], 0) for one in former]
        return own + super().optgroups(name, value, attrs)


class ZoneField(forms.ChoiceField):
    """A time zone: the name that the IANA database has for it. Offered by region."""

    widget = ZoneSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        kwargs.setdefault("error_messages", {"invalid_choice": _("This time zone does not exist. Choose one of the list.")})
        super().__init__(choices=_zones, **kwargs)

    def valid_value(self, value: Any) -> bool:
        return zones.is_zone(value)


def _zones() -> list[tuple[str, Any]]:
    """The zones as choices. "America/Argentina/La_Rioja" is "La Rioja, Argentina" of the group "America"."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in zones.names():
        region, *places = name.replace("_", " ").split("/")
        groups.setdefault(region, []).append((name, ", ".join(reversed(places))))
    return [(region, found) if found[0][1] else (found[0][0], region) for region, found in groups.items()]


class ProfileForm(forms.ModelForm):
    display_name = NameField()
    time_zone = ZoneField(help_text=_("All dates and times are shown in it."))

    class Meta:
        model = User
        fields = ["display_name", "time_zone"]


class SetupForm(forms.ModelForm):
    display_name = NameField()
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    class Meta:
        model = User
        fields = ["display_name", "email"]
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "email"})}

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.data.get("email", ""), display_name=self.data.get("display_name", "")))
        return password

    def save(self, commit: bool = True) -> User:
        return User.objects.create_superuser(**self.cleaned_data)


class FreeAddress:
    """The address of a form about a user: in lower case, and not verified for another account."""

    def clean_email(self) -> str:
        form: Any = self
        email = User.objects.normalize_email(form.cleaned_data["email"])
        if addresses.is_taken(email, but=form.instance if form.instance.pk else None):
            raise ValidationError(gettext("Somebody else has verified this address."), code="taken")
        return email


class NewAccountForm(FreeAddress, forms.ModelForm):
    """An account without a password, made by an administrator."""

    display_name = NameField()

    class Meta:
        model = User
        fields = ["email", "display_name"]

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class AccountForm(forms.ModelForm):
    """What an administrator changes of an account."""

    display_name = NameField()

    class Meta:
        model = User
        fields = ["display_name", "is_active"]


class ForgetForm(forms.Form):
    """That somebody wants what is kept of a person deleted."""

    sure = forms.BooleanField(
        label=_("Delete it. This cannot be undone."), error_messages={"required": _("Tick this, if you want it deleted.")}
    )
