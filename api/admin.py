from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.http import AuthenticatedRequest
from accounts.reauthentication import recently_signed_in
from api import tokens
from api.models import Token
from api.token_form import TokenForm
from jobs.written import Bounded


class DeploymentTokenForm(TokenForm, forms.ModelForm):
    """A token of the deployment, in the admin."""

    class Meta:
        model = Token
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, staff=True, **kwargs)


class WhoseFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("deployment", _("Of the deployment")), ("people", _("Of people"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> QuerySet[Token]:
        if self.value() not in {"deployment", "people"}:
            return queryset
        return queryset.filter(user__isnull=self.value() == "deployment")


@admin.register(Token)
class TokenAdmin(Bounded, admin.ModelAdmin):
    """Tokens of people, to revoke, and those of the deployment. To delete one is to revoke it; none is changed."""

    form = DeploymentTokenForm
    list_display = ("name", "hint", "whose", "scope_list", "created_at", "expires_at", "valid", "last_used_at")
    list_filter = (WhoseFilter, "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("name", "=hint", "user__email", "user__display_name")
    _SHOWN = ("name", "whose", "scope_list", "hint", "created_by", "created_at", "expires_at", "last_used_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        now = ExpressionWrapper(Q(expires_at__gt=Now()), output_field=BooleanField())
        rows: QuerySet[Token] = super().get_queryset(request)
        return rows.annotate(**{"is_valid": now})

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> tuple[str, ...]:
        return ("name", "scopes", "life") if obj is None else self._SHOWN

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    @method_decorator(recently_signed_in)
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().add_view(request, form_url, extra_context)

    @admin.display(description=_("of"), ordering="user")
    def whose(self, token: Token) -> Any:
        return token.user or _("the deployment")

    @admin.display(description=_("scopes"))
    def scope_list(self, token: Token) -> str:
        return token.scope_list

    @admin.display(description=_("valid"), boolean=True, ordering="expires_at")
    def valid(self, token: Token) -> bool:
        return bool(getattr(token, "is_valid", False))

    def save_form(self, request: AuthenticatedRequest, form: Any, change: bool) -> Token:  # type: ignore[override]
        asked = form.cleaned_data
        token, secret = tokens.issue(asked["name"], asked["scopes"], asked["life"], user=None, created_by=request.user)
        token.secret = secret
        return token

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        """It was saved with its secret."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There is nothing."""

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: str | None = None) -> HttpResponse:
        """A page, and no message, which would be stored until it is shown."""
        facts = {"title": _("A token of the deployment"), "opts": self.opts, "token": obj, "secret": obj.secret}
        return TemplateResponse(request, "admin/api/token/secret.html", {**self.admin_site.each_context(request), **facts})
