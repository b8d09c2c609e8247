"""What the admin may do with rows: those that the system, or people on their own pages, write, and many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _


class Written:
    """Rows that the admin shows and deletes, but does not add or change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Kept(Written):
    """Rows that the admin only shows."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Bounded:
    """Rows that actions take one by one: at most as many at once as a page of the list can show."""

    list_max_show_all: int

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *more: Any) -> HttpResponse | None:
        chosen = _chosen(request, queryset)
        if chosen <= self.list_max_show_all:
            answer: HttpResponse | None = super().response_action(request, queryset, *more)  # type: ignore[misc]
            return answer
        facts = {"most": self.list_max_show_all, "chosen": chosen}
        said = _("At most %(most)s rows can be changed at once, and %(chosen)s are selected. Filter the list first.")
        messages.error(request, said % facts)
        return HttpResponseRedirect(request.get_full_path())


def _chosen(request: HttpRequest, rows: QuerySet[Any]) -> int:
    all_of_the_list = "1" in request.POST.getlist("select_across")
    return rows.count() if all_of_the_list else len(request.POST.getlist(ACTION_CHECKBOX_NAME))
