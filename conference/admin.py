"""How this deployment looks and what it tells everybody; and what administrators did in the admin, to be read and downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Least, Now, TruncDate
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from conference import branding, notices, png
from conference.models import Branding, Notice, RelayUse
from jobs.written import Kept
from rooms.http import spreadsheet
from rooms.models import Attendance
from rooms.spreadsheets import Row

#: In bytes, and in pixels at a side.
LOGO_BYTES: Final = 64 * 1024
LOGO_SIDE: Final = 1024


class BrandingForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("logo"), required=False, help_text=_("A PNG of at most 64 KB and 1024 pixels. It is shown 28 pixels high.")
    )
    without_logo = forms.BooleanField(label=_("remove the logo"), required=False)

    imprint = forms.URLField(label=_("address of the imprint"), required=False, assume_scheme="https")
    privacy = forms.URLField(label=_("address of the privacy notice"), required=False, assume_scheme="https")

    class Meta:
        model = Branding
        fields = ("name", "upload", "without_logo", "light", "dark", "imprint", "privacy", "welcome")

    def clean_upload(self) -> bytes | None:
        upload = self.cleaned_data["upload"]
        if not upload:
            return None
        if upload.size > LOGO_BYTES:
            raise ValidationError(_("This file has more than 64 KB."), code="large")
        try:
            return png.plain(upload.read(), side=LOGO_SIDE)
        except ValueError:
            raise ValidationError(
                _("This is no PNG of at most 1024 pixels. Other pictures are not taken."), code="kind"
            ) from None

    def save(self, commit: bool = True) -> Branding:
        if self.cleaned_data["upload"] or self.cleaned_data["without_logo"]:
            self.instance.logo = self.cleaned_data["upload"] or b""
        saved: Branding = super().save(commit)
        return saved


@admin.register(Branding)
class BrandingAdmin(admin.ModelAdmin):
    """One row, which is changed but not deleted."""

    form = BrandingForm
    list_display = ("__str__", "light", "dark", "imprint", "privacy")
    fields = ("name", "shown", "upload", "without_logo", "light", "dark", "imprint", "privacy", "welcome")
    readonly_fields = ("shown",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Branding.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("logo now"))
    def shown(self, row: Branding) -> str:
        if not row.logo:
            return "–"
        address = reverse("logo", args=[branding.digest(bytes(row.logo))])
        return format_html('<img src="{}" alt="" height="28">', address)

    def save_model(self, request: HttpRequest, obj: Branding, form: Any, change: bool) -> None:
        """Other workers see a new version, and read the row again."""
        obj.pk = 1
        obj.version = F("version") + 1 if change else 1
        super().save_model(request, obj, form, change)
        obj.refresh_from_db()
        branding.known.refresh()


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    list_display = ("text", "shown_from", "shown_until", "maintenance_at")
    list_filter = ("shown_from",)
    search_fields = ("text",)
    actions = ("withdraw",)

    def save_model(self, request: HttpRequest, obj: Notice, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        notices.known.refresh()

    def delete_model(self, request: HttpRequest, obj: Notice) -> None:
        super().delete_model(request, obj)
        notices.known.refresh()

    @admin.action(description=_("Withdraw the selected notices"), permissions=["change"])
    def withdraw(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        shown = [*chosen.filter(shown_until__gt=Now())]
        Notice.objects.filter(pk__in=[one.pk for one in shown]).update(shown_from=Least("shown_from", Now()), shown_until=Now())
        notices.known.refresh()
        for one in shown:
            self.log_change(request, one, _now("Withdrawn"))
        said = ngettext("%(count)s notice is withdrawn.", "%(count)s notices are withdrawn.", len(shown)) % {"count": len(shown)}
        self.message_user(request, said, messages.SUCCESS)


#: People above the ledger, those with the most bytes first.
MOST: Final = 20
_SUMS: Final = {"allocations": Count("pk"), "received": Sum("received", default=0), "sent": Sum("sent", default=0)}
_MOST_FIRST: Final = ((F("received") + F("sent")).desc(), "participant")


@admin.register(RelayUse)
class RelayUseAdmin(Kept, admin.ModelAdmin):
    """The ledger of the relay. Above the rows is what they come to, and who used most."""

    change_list_template = "admin/conference/relayuse/change_list.html"
    list_display = ("began_at", "room", "person", "from_person", "to_person", "seen_at")
    list_filter = ("began_at",)
    list_select_related = ("room",)
    search_fields = ("room__name", "room__slug", "=participant")
    search_help_text = _("Name or code of a room")
    date_hierarchy = "began_at"
    actions = ("export",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RelayUse]:
        uses: QuerySet[RelayUse] = super().get_queryset(request)
        return _named(uses)

    @admin.display(description=_("person"))
    def person(self, use: RelayUse) -> str:
        return getattr(use, "name", None) or "–"

    @admin.display(description=_("from the person"), ordering="received")
    def from_person(self, use: RelayUse) -> str:
        return str(filesizeformat(use.received))

    @admin.display(description=_("to the person"), ordering="sent")
    def to_person(self, use: RelayUse) -> str:
        return str(filesizeformat(use.sent))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, {**(extra_context or {}), "known": bool(settings.RELAY_STATISTICS_URL)})
        if (found := getattr(response, "context_data", None)) and "cl" in found:
            uses = found["cl"].queryset
            found["totals"] = uses.aggregate(**_SUMS)
            found["people"] = (
                uses.order_by().values("room__name", "participant", "name").annotate(**_SUMS).order_by(*_MOST_FIRST)[:MOST]
            )
        return response

    @admin.action(description=_("Download the selected uses as CSV, by room, person and day"), permissions=["view"])
    def export(self, request: HttpRequest, uses: QuerySet[RelayUse]) -> HttpResponse:
        return spreadsheet(_relay_rows(uses), "relay.csv")


def _named(uses: QuerySet[RelayUse]) -> QuerySet[RelayUse]:
    """With the name of whom the participant was, as long as attendance has it."""
    stays = Attendance.objects.filter(participant=OuterRef("participant"), meeting__room=OuterRef("room"))
    return uses.annotate(name=Subquery(stays.values("name")[:1]))


def _relay_rows(uses: QuerySet[RelayUse]) -> Iterator[Row]:
    yield [
        *(_now("day"), _now("room"), _now("code"), _now("participant"), _now("person")),
        *(_now("allocations"), _now("bytes from the person"), _now("bytes to the person")),
    ]
    facts = ("day", "room__name", "room__slug", "participant", "name")
    days = uses.annotate(day=TruncDate("began_at")).order_by().values(*facts)
    sums = days.annotate(allocations=Count("pk"), bytes_in=Sum("received"), bytes_out=Sum("sent")).order_by(*facts)
    for one in sums.iterator():
        cells = ("day", "room__name", "room__slug", "participant", "name", "allocations", "bytes_in", "bytes_out")
        yield ["" if one[cell] is None else str(one[cell]) for cell in cells]


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
