from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")

    room = models.ForeignKey("rooms.Room", models.CASCADE, related_name="memberships", verbose_name=_("room"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)

    #: What the person who sees the list may do to this membership.
    manageable: bool
    promotable: bool
    #: Whether the address of its user is verified, for lists.
    verified: bool

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                name="membership_once",
                fields=("room", "user"),
                violation_error_message=_("This person is already in the room."),
            ),
            models.UniqueConstraint(
                name="membership_one_owner",
                fields=("room",),
                condition=Q(role="owner"),
                violation_error_message=_("A room has one owner."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
