from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    def current(self) -> JoinLinkQuerySet:
        return self.filter(expires_at__gt=Now())

    def unused(self) -> JoinLinkQuerySet:
        return self.filter(user__isnull=True, guest="")

    def used(self) -> JoinLinkQuerySet:
        return self.exclude(user__isnull=True, guest="")


class JoinLink(models.Model):
    """Takes one person into a room, once, with a name and a role.

    Until it is used, ``expires_at`` is when the link ends. From then on ``user`` or ``guest`` is who used it, and
    ``expires_at`` is when the role ends that it gave them.
    """

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")
        GUEST = "guest", _("Guest")

    room = models.ForeignKey("rooms.Room", models.CASCADE, related_name="join_links", verbose_name=_("room"))
    name = models.CharField(_("name"), max_length=64)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    language = models.CharField(_("language"), max_length=16, blank=True)
    #: None for a link of the deployment, which is ``by_staff``.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_staff = models.BooleanField(default=False, editable=False)
    expires_at = models.DateTimeField(_("until"), db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("user"))
    guest = models.CharField(_("guest"), max_length=64, blank=True)

    #: For a link that is followed: whether it has expired, by the clock of the database.
    expired: bool

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("join link")
        verbose_name_plural = _("join links")
        constraints = (models.CheckConstraint(name="join_link_maker", condition=Q(by__isnull=False) | Q(by_staff=True)),)
        indexes = (
            models.Index(name="join_link_guest", fields=("room", "guest")),
            models.Index(name="join_link_user", fields=("room", "user")),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.get_role_display()}"

    @property
    def used(self) -> bool:
        return self.user_id is not None or bool(self.guest)
