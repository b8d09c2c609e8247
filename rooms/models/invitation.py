from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Invitation(models.Model):
    """A membership offered by e-mail. The link is signed, works once, and stops working when the row is deleted."""

    room = models.ForeignKey("rooms.Room", models.CASCADE, related_name="invitations", verbose_name=_("room"))
    email = models.EmailField(_("e-mail address"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    mail = models.ForeignKey("accounts.Mail", models.SET_NULL, null=True, related_name="+", editable=False)

    #: For lists: where it is accepted.
    link: str

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(name="invitation_once", fields=("room", "email")),)

    def __str__(self) -> str:
        return self.email
