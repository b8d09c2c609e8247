from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.http import AuthenticatedRequest
from jobs.written import Bounded, Written
from rooms.actors import actor
from schedule import commands, invitees
from schedule.models import Answer, Invitee, NotificationChoices, Occurrence, ScheduledMeeting

#: A meeting is shown with those of its dates that begin within this time.
SHOWN = timedelta(days=60)


class OccurrenceInline(Written, admin.TabularInline):
    model = Occurrence
    verbose_name_plural = _("dates of the next 60 days")
    fields = ("starts_at", "ends_at", "changed", "cancelled", "own_title", "own_agenda")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Occurrence]:
        dates: QuerySet[Occurrence] = super().get_queryset(request)
        return dates.select_related("scheduled").filter(ends_at__gt=Now(), starts_at__lt=Now() + SHOWN)


@admin.register(ScheduledMeeting)
class ScheduledMeetingAdmin(Bounded, Written, admin.ModelAdmin):
    """An administrator cancels meetings, which stay to be seen, or deletes them. Either tells those who are invited."""

    list_display = ("title", "room", "organiser", "date", "begins", "zone", "recurs", "cancelled_at")
    list_filter = (("cancelled_at", admin.EmptyFieldListFilter), "date")
    list_select_related = ("room", "organiser")
    search_fields = ("title", "room__name", "room__slug", "organiser__email", "organiser__display_name")
    date_hierarchy = "date"
    fields = (
        *("room", "title", "agenda", "organiser", "date", "begins", "minutes", "zone", "recurs"),
        *("uid", "sequence", "planned_until", "follows", "created_at", "cancelled_at"),
    )
    readonly_fields = fields
    inlines = (OccurrenceInline,)
    actions = ("cancel",)

    @admin.display(description=_("recurrence"))
    def recurs(self, scheduled: ScheduledMeeting) -> str:
        return scheduled.recurs or "–"

    @admin.action(description=_("Cancel the selected meetings"), permissions=["delete"])
    def cancel(self, request: AuthenticatedRequest, meetings: QuerySet[ScheduledMeeting]) -> None:
        count = sum(_cancel(request, scheduled) for scheduled in meetings)
        said = ngettext("%(count)d meeting is cancelled.", "%(count)d meetings are cancelled.", count) % {"count": count}
        self.message_user(request, said, messages.SUCCESS if count else messages.WARNING)

    @transaction.atomic
    def delete_model(self, request: AuthenticatedRequest, obj: ScheduledMeeting) -> None:  # type: ignore[override]
        _cancel(request, obj)
        ScheduledMeeting.objects.filter(pk=obj.pk).delete()

    @transaction.atomic
    def delete_queryset(self, request: AuthenticatedRequest, queryset: QuerySet[ScheduledMeeting]) -> None:  # type: ignore[override]
        for scheduled in queryset:
            self.delete_model(request, scheduled)


def _cancel(request: AuthenticatedRequest, scheduled: ScheduledMeeting) -> bool:
    """False if there is nothing to cancel."""
    try:
        commands.cancel(scheduled, actor(request.user, "staff"), scope="all")
    except commands.Gone:
        return False
    return True


class AnswerInline(Written, admin.TabularInline):
    model = Answer
    fields = ("occurrence", "choice", "comment", "at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        answers: QuerySet[Answer] = super().get_queryset(request)
        return answers.select_related("occurrence__scheduled")


@admin.register(Invitee)
class InviteeAdmin(Written, admin.ModelAdmin):
    list_display = ("email", "name", "scheduled", "user", "invited_at", "silent_since")
    list_filter = (("silent_since", admin.EmptyFieldListFilter), "invited_at")
    list_select_related = ("scheduled", "user")
    search_fields = ("email", "name", "scheduled__title", "scheduled__room__name", "scheduled__room__slug")
    fields = (*list_display, "language")
    inlines = (AnswerInline,)

    def delete_model(self, request: AuthenticatedRequest, obj: Invitee) -> None:  # type: ignore[override]
        """As a host does: the meeting is taken from their calendar."""
        invitees.withdraw(actor(request.user, "staff"), obj)

    @transaction.atomic
    def delete_queryset(self, request: AuthenticatedRequest, queryset: QuerySet[Invitee]) -> None:  # type: ignore[override]
        for invitee in queryset.select_related("scheduled__room"):
            self.delete_model(request, invitee)


@admin.register(Answer)
class AnswerAdmin(Written, admin.ModelAdmin):
    list_display = ("invitee", "meeting", "occurrence", "choice", "comment", "at")
    list_filter = ("choice", "at")
    list_select_related = ("invitee__scheduled", "occurrence__scheduled")
    search_fields = ("invitee__email", "invitee__name", "invitee__scheduled__title", "comment")

    @admin.display(description=_("scheduled meeting"), ordering="invitee__scheduled__title")
    def meeting(self, answer: Answer) -> str:
        return answer.invitee.scheduled.title


@admin.register(NotificationChoices)
class NotificationChoicesAdmin(Written, admin.ModelAdmin):
    """People choose on their own page. After deletion, the defaults count for them."""

    list_display = ("user", "mail", "mail_minutes", "browser", "browser_minutes", "summaries")
    list_filter = ("mail", "browser", "summaries")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__display_name")
