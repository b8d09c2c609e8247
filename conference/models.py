from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.contrast import ENOUGH, HEX, ratio
from rooms.models import Room
from signaling.protocol.bounds import NOTICE_LENGTH
from signaling.protocol.texts import check_visible

#: The surfaces on which there is least contrast (``--surface-hover`` in static/css/tokens.css).
LIGHT, DARK = "#e2eae8", "#1e2a2a"
_colour = RegexValidator(HEX, _("Write a colour as #rrggbb, in lower case."))


def on_light(colour: str) -> None:
    if HEX.match(colour) and ratio(colour, LIGHT) < ENOUGH:
        raise ValidationError(_("This colour is too light to be read on a light page. Choose a darker one."), code="contrast")


def on_dark(colour: str) -> None:
    if HEX.match(colour) and ratio(colour, DARK) < ENOUGH:
        raise ValidationError(_("This colour is too dark to be read on a dark page. Choose a lighter one."), code="contrast")


class Branding(models.Model):
    """What this deployment is called and looks like. There is one row at most."""

    name = models.CharField(_("name"), max_length=40, blank=True, help_text=_("Of the product. Empty: Conference."))
    light = models.CharField(_("colour on light pages"), max_length=7, blank=True, validators=[_colour, on_light])
    dark = models.CharField(_("colour on dark pages"), max_length=7, blank=True, validators=[_colour, on_dark])
    #: A PNG.
    logo = models.BinaryField(blank=True, default=b"", editable=False)
    imprint = models.URLField(_("address of the imprint"), blank=True)
    privacy = models.URLField(_("address of the privacy notice"), blank=True)
    welcome = models.TextField(
        _("welcome text"), max_length=1000, blank=True, help_text=_("What visitors who have not signed in read first.")
    )
    #: Raised with each change.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("branding")
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_branding"),)

    def __str__(self) -> str:
        return self.name or str(_("Conference"))


def one_line(text: str) -> None:
    try:
        check_visible(text, NOTICE_LENGTH)
    except ValueError as error:
        raise ValidationError(_("Write one line of ordinary characters."), code="characters") from error


class Notice(models.Model):
    """What an administrator tells everybody for a while, on each page and in each call."""

    text = models.CharField(_("text"), max_length=NOTICE_LENGTH, validators=[one_line])
    shown_from = models.DateTimeField(_("shown from"), default=timezone.now)
    shown_until = models.DateTimeField(_("shown until"))
    maintenance_at = models.DateTimeField(
        _("time of the maintenance"),
        null=True,
        blank=True,
        help_text=_("Shown after the text, to each reader in their own time zone."),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        ordering = ("-shown_from",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(shown_until__gte=models.F("shown_from")),
                name="notice_ends_after_it_begins",
                violation_error_message=_("A notice ends after it has begun."),
            ),
        )

    def __str__(self) -> str:
        return self.text


class RelayUse(models.Model):
    """One allocation of a participant on the relay, and what went through it, as coturn says. Attendance says who it was."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+", verbose_name=_("room"))
    participant = models.CharField(_("participant"), max_length=32)
    allocation = models.CharField(_("allocation"), max_length=40)
    began_at = models.DateTimeField(_("began"), db_default=Now())
    seen_at = models.DateTimeField(_("last heard of"), db_default=Now(), db_index=True)
    #: In bytes, with all headers that the relay counts.
    received = models.BigIntegerField(_("bytes from the person"), default=0)
    sent = models.BigIntegerField(_("bytes to the person"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("use of the relay"), _("uses of the relay")
        ordering = ("-began_at", "-pk")
        constraints = (models.UniqueConstraint(name="relay_use_once", fields=("participant", "allocation")),)
        indexes = (models.Index(name="relay_use_by_room", fields=("room", "-began_at")),)

    def __str__(self) -> str:
        return self.allocation
