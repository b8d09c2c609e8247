"""Tokens of the API, and the answers that are kept for requests that come twice."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from jobs.sealing import seal, unseal

NAME_LENGTH: Final = 64


class Token(models.Model):
    """Lets another system in: as its ``user``, or without one as the staff of this deployment in every room.

    The secret is shown once. What is stored is its digest, and its first characters as a ``hint``.
    """

    name = models.CharField(_("name"), max_length=NAME_LENGTH, help_text=_("What it is for."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="api_tokens", verbose_name=_("user")
    )
    #: Values of ``Scope``.
    scopes = models.JSONField(_("scopes"), default=list)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=16, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    #: At most a minute old.
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    #: By the clock of the database, for a token that was presented: whether ``last_used_at`` is to be written.
    stale: bool
    #: Only of one that the admin has just made.
    secret: str

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def scope_list(self) -> str:
        return ", ".join(self.scopes)


class KeptAnswer(models.Model):
    """What the first request with an idempotency key was answered. It is deleted after a day."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+", verbose_name=_("token"))
    key = models.CharField(max_length=128)
    #: A digest of method, path and body.
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    #: The answer may have a secret.
    sealed = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="kept_answer_once", fields=("token", "key")),)

    def __str__(self) -> str:
        return self.key

    @property
    def content(self) -> dict[str, Any]:
        """``body`` and ``headers``. Raises Hopeless if they were sealed with another ``SECRET_KEY``."""
        return unseal(self.sealed)

    def keep(self, status: int, body: str, headers: dict[str, str]) -> None:
        self.status = status
        self.sealed = seal({"body": body, "headers": headers})
        self.save(update_fields=["status", "sealed"])
