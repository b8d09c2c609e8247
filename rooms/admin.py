from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.http import AuthenticatedRequest
from jobs.written import Bounded, Kept, Written
from rooms import commands, occupancy, succession
from rooms.actors import actor
from rooms.forms import PeopleFormSet, RoomForm, offer_policies
from rooms.http import spreadsheet
from rooms.models import Attendance, AuditEntry, Ban, BreakoutStay, Invitation, Meeting, Membership, NetworkBan, Room
from rooms.spreadsheets import Row
from signaling import live
from signaling.permissions import Actor


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = PeopleFormSet
    autocomplete_fields = ("user",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "room")


class BanInline(Written, admin.TabularInline):
    model = Ban
    fields = ("name", "user", "guest", "reason", "by", "created_at")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ban]:
        bans: QuerySet[Ban] = super().get_queryset(request)
        return bans.select_related("user", "by")


class NetworkBanInline(Written, admin.TabularInline):
    model = NetworkBan
    fields = ("prefix", "name", "by", "created_at", "ends_at")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[NetworkBan]:
        bans: QuerySet[NetworkBan] = super().get_queryset(request)
        return bans.select_related("by")


class PasscodeFilter(admin.SimpleListFilter):
    title = _("passcode")
    parameter_name = "passcode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> QuerySet[Room]:
        match self.value():
            case "yes":
                return queryset.exclude(passcode="")
            case "no":
                return queryset.filter(passcode="")
            case _:
                return queryset


@admin.register(Room)
class RoomAdmin(Bounded, admin.ModelAdmin):
    """The page of a room also shows who is present now, and has actions on the meeting, whichever worker it is on."""

    list_display = ("name", "slug", "in_there", "owner", "access", "has_passcode", "locked", "capacity", "created_at")
    list_filter = ("locked", "waits", "chat", "access", "ice_policy", PasscodeFilter, "created_at")
    list_per_page = 50
    search_fields = ("name", "slug", "memberships__user__email", "memberships__user__display_name")
    search_help_text = _("Name, code, or who belongs to it")
    date_hierarchy = "created_at"
    form = RoomForm
    fields = (
        *("name", "slug", "access", "has_passcode", "capacity", "ice_policy"),
        *("locked", "waits", "lobby_opens", "lobby_opens_at", "chat", "hosts_only", "created_at"),
    )
    readonly_fields = ("slug", "has_passcode", "created_at")
    inlines = (MembershipInline, BanInline, NetworkBanInline)
    actions = ("lock", "unlock", "end", "remove_passcodes")

    @admin.display(description=_("owner"), ordering="owner_email")
    def owner(self, room: Room) -> str:
        return getattr(room, "owner_email", None) or "–"

    @admin.display(description=_("passcode"), boolean=True)
    def has_passcode(self, room: Room) -> bool:
        return bool(room.passcode)

    @admin.display(description=_("in there now"))
    def in_there(self, room: Room) -> int | str:
        return _now("unknown") if room.present is None else room.present

    @admin.action(description=_("Lock the selected rooms"), permissions=["change"])
    def lock(self, request: AuthenticatedRequest, rooms: QuerySet[Room]) -> None:
        done = _lock_all(request, rooms, locked=True)
        said = ngettext("%(count)s room is locked now.", "%(count)s rooms are locked now.", done) % {"count": done}
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Unlock the selected rooms"), permissions=["change"])
    def unlock(self, request: AuthenticatedRequest, rooms: QuerySet[Room]) -> None:
        done = _lock_all(request, rooms, locked=False)
        said = ngettext("%(count)s room is unlocked now.", "%(count)s rooms are unlocked now.", done) % {"count": done}
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("End the meetings in the selected rooms"), permissions=["change"])
    def end(self, request: AuthenticatedRequest, rooms: QuerySet[Room]) -> HttpResponse | None:
        """The administrator is told who is there, and asked, before anybody is interrupted."""
        busy = _busy(rooms)
        if busy and "confirmed" not in request.POST:
            facts = {**self.admin_site.each_context(request), "opts": self.opts, "rooms": busy, "title": _now("End meetings")}
            return render(request, "admin/rooms/room/end.html", facts)
        done = sum(live.end(_staff(request), str(room.pk)) for room in busy)
        said = ngettext("%(count)s meeting has been ended.", "%(count)s meetings have been ended.", done) % {"count": done}
        self.message_user(request, said, messages.SUCCESS if done else messages.WARNING)
        return None

    @admin.action(description=_("Remove the passcode of the selected rooms"), permissions=["change"])
    def remove_passcodes(self, request: AuthenticatedRequest, rooms: QuerySet[Room]) -> None:
        for room in rooms.exclude(passcode=""):
            room.set_passcode("")
            commands.save(_staff(request), room, ["passcode"])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        owner = Membership.objects.filter(room=OuterRef("pk"), role="owner").values("user__email")[:1]
        rooms: QuerySet[Room] = super().get_queryset(request)
        return rooms.annotate(**{"owner_email": Subquery(owner)})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        occupancy.count(changelist.result_list)
        return changelist

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_choice_field(db_field, request, **options)
        if db_field.name == "ice_policy":
            offer_policies(field)
        return field

    # Each change writes an audit entry, as on the pages of rooms.

    def save_model(self, request: AuthenticatedRequest, obj: Room, form: Any, change: bool) -> None:  # type: ignore[override]
        if change:
            commands.save(_staff(request), obj, form.changed_data)
        else:
            commands.create(_staff(request), obj)

    def save_formset(self, request: AuthenticatedRequest, form: Any, formset: Any, change: bool) -> None:  # type: ignore[override]
        formset.save(commit=False)
        if formset.model is Ban:
            for ban in formset.deleted_objects:
                commands.let_back(_staff(request), ban)
            return
        if formset.model is NetworkBan:
            for network_ban in formset.deleted_objects:
                commands.unbar_network(_staff(request), network_ban)
            return
        for membership in formset.deleted_objects:
            commands.drop(_staff(request), membership)
        for membership, _changes in sorted(formset.changed_objects, key=lambda changed: changed[0].role == "owner"):
            commands.change_role(_staff(request), membership, Membership.Role(membership.role))
        for membership in formset.new_objects:
            commands.enroll(_staff(request), membership)
        if any(gone.role == "owner" for gone in formset.deleted_objects):
            succession.settle(form.instance, str(request.user))

    def delete_model(self, request: AuthenticatedRequest, obj: Room) -> None:  # type: ignore[override]
        commands.delete(_staff(request), obj)

    @transaction.atomic
    def delete_queryset(self, request: AuthenticatedRequest, queryset: QuerySet[Room]) -> None:  # type: ignore[override]
        for room in queryset:
            commands.delete(_staff(request), room)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        present = live.counts([object_id]) if object_id.isdecimal() and request.method == "GET" else None
        here = {"present": present.get(object_id, 0) if present is not None else None}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **here})


def _staff(request: AuthenticatedRequest) -> Actor:
    return actor(request.user, "staff")


@transaction.atomic
def _drop_all(request: AuthenticatedRequest, memberships: Iterable[Membership]) -> None:
    """Remove people from their rooms, then settle the rooms whose owner was among them. Other rooms may have no owner."""
    left = []
    for membership in memberships:
        if membership.role == Membership.Role.OWNER:
            left.append(membership.room)
        commands.drop(_staff(request), membership)
    for room in left:
        succession.settle(room, str(request.user))


def _lock_all(request: AuthenticatedRequest, rooms: QuerySet[Room], *, locked: bool) -> int:
    """Lock or unlock these rooms, and return how many were otherwise before."""
    others = list(rooms.exclude(locked=locked))
    for room in others:
        commands.lock(_staff(request), room, locked)
    return len(others)


def _busy(rooms: QuerySet[Room]) -> list[Room]:
    """Those in which somebody is now, each with how many as ``present``. Raises live.Unreachable."""
    counts = live.counts(str(pk) for pk in rooms.values_list("pk", flat=True))
    if counts is None:
        raise live.Unreachable
    busy = list(rooms.filter(pk__in=[pk for pk, count in counts.items() if count]))
    for room in busy:
        room.present = counts[str(room.pk)]
    return busy


@admin.register(Membership)
class MembershipAdmin(Bounded, Written, admin.ModelAdmin):
    list_display = ("user", "email", "room", "role")
    list_filter = ("role",)
    list_select_related = ("user", "room")
    search_fields = ("user__email", "user__display_name", "room__name", "room__slug")

    @admin.display(description=_("e-mail address"), ordering="user__email")
    def email(self, membership: Membership) -> str:
        return membership.user.email

    def delete_model(self, request: AuthenticatedRequest, obj: Membership) -> None:  # type: ignore[override]
        _drop_all(request, [obj])

    def delete_queryset(self, request: AuthenticatedRequest, queryset: QuerySet[Membership]) -> None:  # type: ignore[override]
        _drop_all(request, queryset)


@admin.register(Ban)
class BanAdmin(Bounded, Written, admin.ModelAdmin):
    list_display = ("name", "room", "user", "guest", "by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("user", "room", "by")
    search_fields = ("name", "user__email", "room__name", "room__slug")
    date_hierarchy = "created_at"

    def delete_model(self, request: AuthenticatedRequest, obj: Ban) -> None:  # type: ignore[override]
        commands.let_back(_staff(request), obj)

    @transaction.atomic
    def delete_queryset(self, request: AuthenticatedRequest, queryset: QuerySet[Ban]) -> None:  # type: ignore[override]
        for ban in queryset:
            commands.let_back(_staff(request), ban)


@admin.register(NetworkBan)
class NetworkBanAdmin(Bounded, Written, admin.ModelAdmin):
    list_display = ("prefix", "room", "name", "by", "created_at", "ends_at")
    list_filter = ("ends_at",)
    list_select_related = ("room", "by")
    search_fields = ("prefix", "name", "room__name", "room__slug")
    date_hierarchy = "created_at"

    def delete_model(self, request: AuthenticatedRequest, obj: NetworkBan) -> None:  # type: ignore[override]
        commands.unbar_network(_staff(request), obj)

    @transaction.atomic
    def delete_queryset(self, request: AuthenticatedRequest, queryset: QuerySet[NetworkBan]) -> None:  # type: ignore[override]
        for ban in queryset:
            self.delete_model(request, ban)


@admin.register(Invitation)
class InvitationAdmin(Bounded, Written, admin.ModelAdmin):
    list_display = ("email", "room", "by", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("room", "by")
    search_fields = ("email", "room__name", "room__slug", "by__email")

    def delete_model(self, request: AuthenticatedRequest, obj: Invitation) -> None:  # type: ignore[override]
        commands.withdraw(_staff(request), obj)

    @transaction.atomic
    def delete_queryset(self, request: AuthenticatedRequest, queryset: QuerySet[Invitation]) -> None:  # type: ignore[override]
        for invitation in queryset:
            commands.withdraw(_staff(request), invitation)


class AttendanceInline(Written, admin.TabularInline):
    model = Attendance
    fields = ("name", "user", "role", "joined_at", "left_at", "reason")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        stays: QuerySet[Attendance] = super().get_queryset(request)
        return stays.select_related("user")


@admin.register(Meeting)
class MeetingAdmin(Written, admin.ModelAdmin):
    list_display = ("room", "started_at", "ended_at", "seen_at", "people")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "started_at")
    list_select_related = ("room",)
    search_fields = ("room__name", "room__slug", "attendances__name")
    date_hierarchy = "started_at"
    inlines = (AttendanceInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        meetings: QuerySet[Meeting] = super().get_queryset(request)
        return meetings.annotate(**{"stays": Count("attendances", distinct=True)})

    @admin.display(description=_("people"), ordering="stays")
    def people(self, meeting: Meeting) -> int:
        return getattr(meeting, "stays", 0)


class BreakoutInline(Written, admin.TabularInline):
    model = BreakoutStay
    fields = ("room", "entered_at", "left_at")
    extra = 0
    can_delete = False


class ThereFilter(admin.SimpleListFilter):
    title = _("in there now")
    parameter_name = "there"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Attendance]) -> QuerySet[Attendance]:
        there = Q(left_at__isnull=True, meeting__ended_at__isnull=True)
        match self.value():
            case "yes":
                return queryset.filter(there)
            case "no":
                return queryset.exclude(there)
            case _:
                return queryset


class ReasonFilter(admin.AllValuesFieldListFilter):
    """Without the empty reason of those who are there."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lookup_choices = self.lookup_choices.exclude(reason="")


@admin.register(Attendance)
class AttendanceAdmin(Written, admin.ModelAdmin):
    """Finds a person in whichever room they are: the room links to its page, which has the actions on its meeting."""

    inlines = (BreakoutInline,)
    list_display = ("name", "user", "role", "room", "breakout_room", "joined_at", "left_at", "reason")
    list_filter = (ThereFilter, "role", ("reason", ReasonFilter), "joined_at")
    list_select_related = ("user", "meeting__room")
    search_fields = ("name", "user__email", "user__display_name", "meeting__room__name", "meeting__room__slug")
    search_help_text = _("Name or account of a person, or name or code of a room")
    date_hierarchy = "joined_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        stays: QuerySet[Attendance] = super().get_queryset(request)
        now = BreakoutStay.objects.filter(attendance=OuterRef("pk"), left_at__isnull=True).order_by("-entered_at")
        return stays.annotate(**{"breakout_name": Subquery(now.values("room__name")[:1])})

    @admin.display(description=_("room"), ordering="meeting__room__name")
    def room(self, attendance: Attendance) -> str:
        room = attendance.meeting.room
        return format_html('<a href="{}">{}</a>', reverse("admin:rooms_room_change", args=[room.pk]), room)

    @admin.display(description=_("breakout room now"), ordering="breakout_name")
    def breakout_room(self, attendance: Attendance) -> str:
        is_there = attendance.left_at is None and attendance.meeting.ended_at is None
        return (getattr(attendance, "breakout_name", None) if is_there else None) or "–"


@admin.register(AuditEntry)
class AuditEntryAdmin(Kept, admin.ModelAdmin):
    list_display = ("at", "actor_name", "action", "use", "target", "room_name", "address")
    list_filter = ("action", "use", "at")
    search_fields = ("actor_name", "actor__email", "target", "room_name", "room__slug")
    date_hierarchy = "at"
    actions = ("export",)

    @admin.action(description=_("Download the selected entries as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, entries: QuerySet[AuditEntry]) -> HttpResponse:
        return spreadsheet(_audit_rows(entries), "audit.csv")


def _audit_rows(entries: QuerySet[AuditEntry]) -> Iterator[Row]:
    yield [_now("time"), _now("who"), _now("what"), _now("of what"), _now("whom"), _now("room"), _now("network")]
    for one in entries.iterator():
        what = (one.get_action_display(), one.get_use_display(), one.whom)
        yield [one.at, one.actor_name, *what, one.room_name, one.address]
