"""Endpoints of other systems, and what was sent to them."""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from events.models import Event
from jobs.sealing import seal, unseal
from rooms.models import Room
from webhooks import destinations, signatures

URL_LENGTH: Final = 500


def validate_url(url: str) -> None:
    try:
        destinations.parse(url)
    except destinations.Refused:
        raise ValidationError(_("Enter a URL with http or https, in ASCII, without user, password or fragment.")) from None


def _new_id() -> str:
    return f"msg_{secrets.token_hex(16)}"


class Endpoint(models.Model):
    """A URL that is told of events of one room, or of all rooms."""

    room = models.ForeignKey(
        Room,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="endpoints",
        verbose_name=_("room"),
        help_text=_("Empty: all rooms."),
    )
    url = models.CharField(_("URL"), max_length=URL_LENGTH, validators=[validate_url])
    #: Values of ``Event.Kind``.
    kinds = models.JSONField(_("events"), default=list)
    enabled = models.BooleanField(_("enabled"), default=True)
    sealed_secret = models.TextField(editable=False)
    #: The number of an event. It is told of those after it.
    after = models.BigIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.url

    @property
    def secret(self) -> str:
        """Raises Hopeless if it was sealed with another ``SECRET_KEY``."""
        return str(unseal(self.sealed_secret)["secret"])

    def renew_secret(self) -> str:
        """Sets a new secret, without saving it, and returns it."""
        secret = signatures.new_secret(secrets.token_bytes)
        self.sealed_secret = seal({"secret": secret})
        return secret


class Delivery(models.Model):
    """One event for one endpoint. It is deleted with its event, after 14 days."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries", verbose_name=_("endpoint"))
    event = models.ForeignKey(Event, models.CASCADE, related_name="+", verbose_name=_("event"))
    #: That of the event. Deliveries of one room to one endpoint are made in the order of events.
    room = models.BigIntegerField(_("room"))
    #: ``webhook-id``: the same at each attempt.
    message = models.CharField(_("id"), max_length=40, unique=True, default=_new_id, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    #: Since when it is tried.
    begun_at = models.DateTimeField(_("since"), db_default=Now())
    #: When it may be sent. While it is sent: when its process counts as dead.
    due_at = models.DateTimeField(_("next attempt"), db_default=Now())

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(name="delivery_once", fields=("endpoint", "event")),)
        indexes = (models.Index(name="delivery_waiting", fields=("endpoint", "room", "event"), condition=Q(status="waiting")),)

    def __str__(self) -> str:
        return self.message


class Attempt(models.Model):
    """What an endpoint answered."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log", verbose_name=_("delivery"))
    at = models.DateTimeField(_("time"), db_default=Now())
    #: None: there was no answer.
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    #: The beginning of the answer, or why there was none.
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.status or self.answer)
