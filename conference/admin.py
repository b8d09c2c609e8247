"""What administrators did in the admin, by all of them: to be read, filtered and downloaded."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from jobs.written import Kept
from rooms.http import spreadsheet
from rooms.spreadsheets import Row


@admin.register(LogEntry)
class LogEntryAdmin(Kept, admin.ModelAdmin):
    list_display = ("action_time", "user", "action_flag", "content_type", "object_repr", "change")
    list_filter = ("action_flag", "content_type", "action_time")
    list_select_related = ("user", "content_type")
    search_fields = ("user__email", "user__display_name", "object_repr")
    date_hierarchy = "action_time"
    actions = ("export",)
    fields = ("action_time", "user", "action_flag", "content_type", "object_repr", "change")

    @admin.display(description=_("what changed"))
    def change(self, entry: LogEntry) -> str:
        return str(entry.get_change_message())

    @admin.action(description=_("Download the selected entries as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, entries: QuerySet[LogEntry]) -> HttpResponse:
        return spreadsheet(_rows(entries), "administration.csv")


def _rows(entries: QuerySet[LogEntry]) -> Iterator[Row]:
    yield [_now("time"), _now("who"), _now("what"), _now("kind"), _now("of what"), _now("what changed")]
    for one in entries.iterator():
        what = (one.get_action_flag_display(), str(one.content_type or ""), one.object_repr, str(one.get_change_message()))
        yield [one.action_time, str(one.user), *what]
