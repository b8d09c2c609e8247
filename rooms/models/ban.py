from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Ban(models.Model):
    """Keeps one user, or the owner of one guest's cookie, out of a room."""

    room = models.ForeignKey("rooms.Room", models.CASCADE, related_name="bans", verbose_name=_("room"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    guest = models.CharField(_("guest"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                name="ban_user_or_guest",
                condition=(Q(user__isnull=False) & Q(guest="")) | (Q(user__isnull=True) & ~Q(guest="")),
                violation_error_message=_("A ban is for a user or for a guest."),
            ),
            models.UniqueConstraint(name="ban_user_once", fields=("room", "user"), condition=Q(user__isnull=False)),
            models.UniqueConstraint(name="ban_guest_once", fields=("room", "guest"), condition=~Q(guest="")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> str:
        """The identity that it keeps out."""
        return f"user:{self.user_id}" if self.user_id is not None else f"guest:{self.guest}"


class NetworkBanQuerySet(models.QuerySet["NetworkBan"]):
    def current(self) -> NetworkBanQuerySet:
        return self.filter(ends_at__gt=Now())


class NetworkBan(models.Model):
    """Keeps people without an account who come from a network out of a room until ``ends_at``. ``name``: because of whom.

    It removes nobody: whoever is in the meeting stays, and can resume.
    """

    room = models.ForeignKey("rooms.Room", models.CASCADE, related_name="network_bans", verbose_name=_("room"))
    #: The ``accounts.networks.client_prefix`` of an address.
    prefix = models.CharField(_("network"), max_length=64)
    name = models.CharField(_("because of"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("until"), db_index=True)

    objects = NetworkBanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban of a network")
        verbose_name_plural = _("bans of networks")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(name="network_ban_once", fields=("room", "prefix")),)

    def __str__(self) -> str:
        return self.prefix
