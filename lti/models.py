"""Learning platforms, for example Moodle, and the rooms of their courses."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lti.messages import LENGTH_MAX
from rooms.models import Room
from webhooks.models import validate_url


class Platform(models.Model):
    """A platform whose courses open rooms here. The platform shows the values of the first four fields to its administrators."""

    name = models.CharField(_("name"), max_length=64, help_text=_("Shown to people when a link of the platform does not work."))
    issuer = models.CharField(_("platform ID (issuer)"), max_length=LENGTH_MAX)
    client = models.CharField(_("client ID"), max_length=LENGTH_MAX)
    login_url = models.CharField(_("authentication request URL"), max_length=LENGTH_MAX, validators=[validate_url])
    keys_url = models.CharField(_("public keyset URL"), max_length=LENGTH_MAX, validators=[validate_url])
    deployments = models.CharField(
        _("deployment IDs"), max_length=LENGTH_MAX, blank=True, help_text=_("Separated by spaces. Empty: all of this client.")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    #: What was last at ``keys_url``, and when it was asked for.
    keys = models.JSONField(default=dict, editable=False)
    keys_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("learning platform")
        verbose_name_plural = _("learning platforms")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                name="platform_once",
                fields=("issuer", "client"),
                violation_error_message=_("There is a platform with this issuer and client already."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def knows(self, deployment: str) -> bool:
        known = self.deployments.split()
        return not known or deployment in known


class Course(models.Model):
    """A course of a platform, and its room, which the first teacher to come opens."""

    platform = models.ForeignKey(Platform, models.CASCADE, related_name="courses", verbose_name=_("platform"))
    deployment = models.CharField(_("deployment ID"), max_length=LENGTH_MAX)
    context = models.CharField(_("course ID"), max_length=LENGTH_MAX)
    room = models.OneToOneField(Room, models.CASCADE, related_name="course", verbose_name=_("room"))

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(name="course_once", fields=("platform", "deployment", "context")),)

    def __str__(self) -> str:
        return str(self.room)
