from __future__ import annotations

from typing import Any

from allauth.account import admin as allauth_admin  # noqa: F401 - registers what is taken away below
from allauth.account.models import EmailAddress
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import addresses, personal
from accounts.forms import ForgetForm
from accounts.http import AuthenticatedRequest, personal_file
from accounts.models import User

# These rows are not edited by themselves: address and login of the account would then differ.
admin.site.unregister(EmailAddress)


class FreeAddress:
    """The address of a form about a user: in lower case, and not verified for another account."""

    def clean_email(self) -> str:
        form: Any = self
        email = User.objects.normalize_email(form.cleaned_data["email"])
        if addresses.is_taken(email, but=form.instance if form.instance.pk else None):
            raise ValidationError(gettext("Somebody else has verified this address."), code="taken")
        return email


class AddForm(FreeAddress, AdminUserCreationForm):
    pass


class ChangeForm(FreeAddress, UserChangeForm):
    pass


class VerifiedFilter(admin.SimpleListFilter):
    title = _("address verified")
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "yes":
                return queryset.filter(addresses.VERIFIED)
            case "no":
                return queryset.exclude(addresses.VERIFIED)
            case _:
                return queryset


#: Each word is a condition of the query, and a database takes only so many.
SEARCH_LENGTH = 200


class SearchForm(ChangeListSearchForm):
    """What is searched for in a list of the admin, in at most ``SEARCH_LENGTH`` characters."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields[SEARCH_VAR] = forms.CharField(required=False, strip=False, max_length=SEARCH_LENGTH)


class Labelled(AutocompleteJsonView):
    """A field in which administrators choose a person. It shows name and address, because a name alone could be anybody's."""

    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        term, *rest = super().process_request(request)
        return term[:SEARCH_LENGTH], *rest

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        return {**result, "text": _label(obj)} if isinstance(obj, User) else result


def _label(user: User) -> str:
    """Name and address of a user that :class:`UserAdmin` found, with a remark where nobody has verified the address."""
    facts = {"person": user, "email": user.email}
    if getattr(user, "address_verified", False):
        return gettext("%(person)s, %(email)s") % facts
    return gettext("%(person)s, %(email)s (address not verified)") % facts


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    form = ChangeForm
    add_form = AddForm
    list_display = ["email", "verified", "display_name", "is_active", "is_staff", "date_joined", "last_login"]
    list_filter = [VerifiedFilter, "is_active", "is_staff", "is_superuser", "groups", "date_joined"]
    search_fields = ["email", "display_name"]
    ordering = ["email"]
    date_hierarchy = "date_joined"
    readonly_fields = ["addresses", "kept", "time_zone", "date_joined", "last_login"]
    actions = ["verify"]
    fieldsets = [
        (None, {"fields": ["email", "addresses", "display_name", "time_zone", "password"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["date_joined", "last_login"]}),
        (_("Personal data"), {"fields": ["kept"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "display_name", "usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request)
        return users.annotate(**{"address_verified": addresses.VERIFIED})

    @admin.display(description=_("verified"), boolean=True, ordering="address_verified")
    def verified(self, user: User) -> bool:
        return bool(getattr(user, "address_verified", False))

    @admin.display(description=_("addresses"))
    def addresses(self, user: User) -> str:
        """The addresses with which the person signs in and gets mail."""
        rows = EmailAddress.objects.filter(user=user).order_by("-primary", "email")
        lines = ((row.email, gettext("verified") if row.verified else gettext("not verified")) for row in rows)
        return format_html_join("\n", "<div>{} ({})</div>", lines) or "–"

    @admin.display(description=_("what is kept of this person"))
    def kept(self, user: User) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:accounts_user_data", args=[user.pk]), gettext("Show"))

    def get_urls(self) -> list[URLPattern]:
        data, data_file = (self.admin_site.admin_view(view) for view in (self._data, self._data_file))
        return [
            path("<int:pk>/data/", data, name="accounts_user_data"),
            path("<int:pk>/data.json", data_file, name="accounts_user_data_file"),
            *super().get_urls(),
        ]

    def _data(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """What is kept of a person. A POST deletes what is not in use."""
        user = self._shown(request, pk)
        form = ForgetForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and not self.has_delete_permission(request, user):
            raise PermissionDenied
        if form.is_valid():
            personal.forget(user, by=request.user)
            self.log_change(request, user, gettext("Deleted what was kept of this person and not in use."))
            self.message_user(request, gettext("What was kept and is not in use has been deleted."), messages.SUCCESS)
            return redirect("admin:accounts_user_data", pk)
        facts = {**self.admin_site.each_context(request), "person": user, "parts": personal.recall(user), "form": form}
        facts |= {"opts": self.opts, "title": gettext("Personal data"), "may": self.has_delete_permission(request, user)}
        return render(request, "admin/accounts/user/data.html", facts, status=422 if form.errors else 200)

    def _data_file(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return personal_file(self._shown(request, pk))

    def _shown(self, request: HttpRequest, pk: int) -> User:
        user = get_object_or_404(User, pk=pk)
        if not self.has_view_permission(request, user):
            raise PermissionDenied
        return user

    @admin.action(description=_("Mark the address of the selected users as verified"), permissions=["change"])
    def verify(self, request: AuthenticatedRequest, users: QuerySet[User]) -> None:
        refused = [user.email for user in users if not addresses.vouch(user)]
        done = len(users) - len(refused)
        if done:
            message = ngettext("%(count)s address is verified.", "%(count)s addresses are verified.", done) % {"count": done}
            self.message_user(request, message, messages.SUCCESS)
        for email in refused:
            message = gettext("Somebody else has verified %(email)s.") % {"email": email}
            self.message_user(request, message, messages.ERROR)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            addresses.assign(obj)


if apps.is_installed("allauth.socialaccount"):
    from allauth.socialaccount.admin import SocialTokenAdmin

    # Its rows name their account's user.
    SocialTokenAdmin.list_select_related = ("app", "account__user")
