from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from allauth.account import admin as allauth_admin  # noqa: F401 - registers what is taken away below
from allauth.account.models import EmailAddress
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import SEARCH_VAR, ChangeListSearchForm
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import addresses, credentials, logins, personal
from accounts.forms import ForgetForm, FreeAddress
from accounts.http import AuthenticatedRequest, personal_file
from accounts.models import Login, User
from jobs.written import Bounded

# These rows are not edited by themselves: address and login of the account would then differ.
admin.site.unregister(EmailAddress)


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


class FactorFilter(admin.SimpleListFilter):
    """Offered only where there are second factors."""

    title = _("second factor")
    parameter_name = "secured"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [] if credentials.factors() is None else [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        known = self.value() in {"yes", "no"} and credentials.factors() is not None
        return queryset.filter(**{"secured": self.value() == "yes"}) if known else queryset


class LastLoginFilter(admin.SimpleListFilter):
    title = _("last login")
    parameter_name = "signed_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("month", _("In the past 30 days")),
            ("before", _("Before that")),
            ("year", _("Over a year ago")),
            ("never", _("Never")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        month, year = (Now() - timedelta(days=days) for days in (30, 365))
        match self.value():
            case "month":
                return queryset.filter(last_login__gte=month)
            case "before":
                return queryset.filter(last_login__lt=month)
            case "year":
                return queryset.filter(last_login__lt=year)
            case "never":
                return queryset.filter(last_login=None)
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


#: So many logins of a person are shown.
SHOWN = 20


def _lines(texts: Sequence[str]) -> str:
    return format_html_join("\n", "<div>{}</div>", ((text,) for text in texts)) or "–"


def _label(user: User) -> str:
    """Name and address of a user that :class:`UserAdmin` found, with a remark where nobody has verified the address."""
    facts = {"person": user, "email": user.email}
    if getattr(user, "address_verified", False):
        return gettext("%(person)s, %(email)s") % facts
    return gettext("%(person)s, %(email)s (address not verified)") % facts


@admin.register(User)
class UserAdmin(Bounded, BaseUserAdmin):
    form = ChangeForm
    add_form = AddForm
    list_display = ["email", "verified", "display_name", "is_active", "is_staff", "date_joined", "last_login"]
    list_filter = [
        *(VerifiedFilter, FactorFilter, LastLoginFilter, "is_active"),
        *("is_staff", "is_superuser", "groups", "date_joined"),
    ]
    search_fields = ["email", "display_name"]
    ordering = ["email"]
    date_hierarchy = "date_joined"
    readonly_fields = ["addresses", "kept", "time_zone", "language", "ways", "factors", "joined", "date_joined", "last_login"]
    actions = ["verify", "end_logins"]
    fieldsets = [
        (None, {"fields": ["email", "addresses", "display_name", "time_zone", "language", "password"]}),
        (_("Signing in"), {"fields": ["ways", "factors", "joined", "last_login"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Personal data"), {"fields": ["date_joined", "kept"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "display_name", "usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request)
        return credentials.secured(users.annotate(**{"address_verified": addresses.VERIFIED}))

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if credentials.factors() is None else [*shown, "secured"]

    @admin.display(description=_("verified"), boolean=True, ordering="address_verified")
    def verified(self, user: User) -> bool:
        return bool(getattr(user, "address_verified", False))

    @admin.display(description=_("second factor"), boolean=True, ordering="secured")
    def secured(self, user: User) -> bool:
        return bool(getattr(user, "secured", False))

    @admin.display(description=_("signs in with"))
    def ways(self, user: User) -> str:
        return ", ".join(credentials.ways(user)) or gettext("nothing: a new password is needed")

    @admin.display(description=_("second factors"))
    def factors(self, user: User) -> str:
        return _lines(credentials.second(user))

    @admin.display(description=_("logins that joined a meeting"))
    def joined(self, user: User) -> str:
        """By the day of their last use."""
        seen = Login.objects.filter(user=user).order_by("-seen_at").values_list("seen_at", flat=True)[:SHOWN]
        return _lines([date_format(localtime(at), "DATE_FORMAT") for at in seen])

    @admin.display(description=_("addresses"))
    def addresses(self, user: User) -> str:
        """The addresses with which the person signs in and gets mail."""
        rows = EmailAddress.objects.filter(user=user).order_by("-primary", "email")
        return _lines([f"{row.email} ({gettext('verified') if row.verified else gettext('not verified')})" for row in rows])

    @admin.display(description=_("what is kept of this person"))
    def kept(self, user: User) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:accounts_user_data", args=[user.pk]), gettext("Show"))

    def get_urls(self) -> list[URLPattern]:
        data, data_file = (self.admin_site.admin_view(view) for view in (self._data, self._data_file))
        return [
            path("<int:pk>/data/", data, name="accounts_user_data"),
            path("<int:pk>/logins/end/", self.admin_site.admin_view(self._end), name="accounts_user_end"),
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

    def _end(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        user = self._shown(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        self.end_logins(request, User.objects.filter(pk=pk))
        return redirect("admin:accounts_user_change", pk)

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

    @admin.action(description=_("End all logins and revoke all access tokens of the selected users"), permissions=["change"])
    def end_logins(self, request: AuthenticatedRequest, users: QuerySet[User]) -> None:
        """That of the administrator who asks goes on."""
        for user in users:
            logins.end_all(user)
            self.log_change(request, user, gettext("Ended all logins and revoked all access tokens."))
            if user.pk == request.user.pk:
                update_session_auth_hash(request, User.objects.get(pk=user.pk))
        done = len(users)
        message = ngettext(
            "All logins and access tokens of %(count)s user have ended.",
            "All logins and access tokens of %(count)s users have ended.",
            done,
        )
        self.message_user(request, message % {"count": done}, messages.SUCCESS)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            addresses.assign(obj)


if apps.is_installed("allauth.socialaccount"):
    from allauth.socialaccount.admin import SocialTokenAdmin

    # Its rows name their account's user.
    SocialTokenAdmin.list_select_related = ("app", "account__user")
