from __future__ import annotations

from typing import Any, Final, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models.limits import NAME_LENGTH
from rooms.models.room import Room
from rooms.models.use import Use

#: Why an entry of the audit is neither changed nor deleted.
APPEND_ONLY: Final = "the audit is only added to"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **values: Any) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def unname_actor(self) -> None:
        super().update(actor=None, actor_name="")

    def unname_target(self) -> None:
        super().update(target="")


class AuditEntry(models.Model):
    """Who changed what. Written in the transaction of the change, and never edited, except that ``rooms/personal.py`` takes out
    the name of somebody who wants that. Entries are deleted by their age alone.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("made the room")
        EDITED = "edited", _("changed the settings")
        DELETED = "deleted", _("deleted the room")
        LOCKED = "locked", _("locked the room")
        UNLOCKED = "unlocked", _("unlocked the room")
        ENDED = "ended", _("ended the meeting")
        ADMITTED = "admitted", _("let in")
        DENIED = "denied", _("turned away")
        REMOVED = "removed", _("removed from the meeting")
        BANNED = "banned", _("kept out")
        DIVIDED = "divided", _("opened breakout rooms")
        MOVED = "moved", _("moved to another room")
        GATHERED = "gathered", _("closed the breakout rooms")
        UNBANNED = "unbanned", _("let back in")
        STOPPED = "stopped", _("stopped")
        FORBIDDEN = "forbidden", _("forbade")
        FREED = "freed", _("allowed again")
        RESERVED = "reserved", _("left only to hosts")
        OPENED = "opened", _("opened to everyone")
        BARRED = "barred", _("kept guests out of the network of")
        UNBARRED = "unbarred", _("let guests back in from the network of")
        ADDED = "added", _("added as a member")
        ROLE = "role", _("changed the role")
        DROPPED = "dropped", _("took out of the room")
        INVITED = "invited", _("invited")
        ACCEPTED = "accepted", _("accepted the invitation")
        DECLINED = "declined", _("declined the invitation")
        WITHDREW = "withdrew", _("withdrew the invitation")
        VOUCHED = "vouched", _("made a join link for")
        UNVOUCHED = "unvouched", _("withdrew the join link for")
        FOLLOWED = "followed", _("entered by a join link")
        SCHEDULED = "scheduled", _("scheduled a meeting")
        RESCHEDULED = "rescheduled", _("changed a scheduled meeting")
        CALLED_OFF = "called_off", _("cancelled a scheduled meeting")
        FORGOT = "forgot", _("took a name out of the activity")
        PASSCODE = "passcode", _("gave too many wrong passcodes")

    room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="audit_entries", verbose_name=_("room"))
    room_name = models.CharField(_("room"), max_length=NAME_LENGTH)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("actor"))
    actor_name = models.CharField(_("actor"), max_length=150, blank=True)
    action = models.CharField(_("action"), max_length=16, choices=Action)
    target = models.CharField(_("target"), max_length=200, blank=True)
    #: What somebody was kept from, or everybody.
    use = models.CharField(_("use"), max_length=16, choices=Use, blank=True, db_default="")
    address = models.CharField(_("network"), max_length=64, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-at", "-pk")
        indexes = (models.Index(name="audit_latest", fields=("room", "-at", "-id")),)

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_action_display()} {self.target}".strip()

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError(APPEND_ONLY)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(APPEND_ONLY)

    @property
    def whom(self) -> str:
        """The target as it is read: settings by their names."""
        if self.action != self.Action.EDITED:
            return self.target
        labels = {field.name: str(field.verbose_name) for field in Room._meta.concrete_fields}
        return ", ".join(labels.get(name, name) for name in self.target.split(", "))
