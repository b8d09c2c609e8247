from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jobs import queue
from jobs.models import Job
from jobs.written import Kept


@admin.register(Job)
class JobAdmin(Kept, admin.ModelAdmin):
    """What waits, what was done lately, and what failed, which can be run again. Arguments are not shown: they may be secrets."""

    list_display = ("created_at", "kind", "about", "status", "attempts", "due_at", "finished_at", "error")
    list_filter = ("status", "kind", "created_at")
    search_fields = ("about", "error")
    ordering = ("-pk",)
    date_hierarchy = "created_at"
    actions = ("run_again",)
    fields = ("kind", "about", "key", "status", "attempts", "error", "created_at", "due_at", "finished_at")

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("jobs.change_job")

    @admin.action(description=_("Run the selected jobs again, if they failed"), permissions=["run"])
    def run_again(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        count = queue.again(jobs)
        said = ngettext("%(count)s job is run again.", "%(count)s jobs are run again.", count) % {"count": count}
        self.message_user(request, said, messages.SUCCESS if count else messages.WARNING)
