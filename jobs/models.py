from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

ERROR_LENGTH: Final = 300


class Job(models.Model):
    """Something to do outside of a request. ``jobs.queue`` is all that writes it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        GIVEN_UP = "given_up", _("given up")

    kind = models.CharField(_("kind"), max_length=64)
    #: For whom or for what, for lists.
    about = models.CharField(_("about"), max_length=320, blank=True)
    #: At most one job has a key, also when that job is done.
    key = models.CharField(_("key"), max_length=200, blank=True, null=True, unique=True)
    #: The arguments (``jobs.sealing``). Deleted once the job is done.
    sealed = models.TextField(editable=False, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    #: What the last attempt failed for.
    error = models.CharField(_("error"), max_length=ERROR_LENGTH, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    #: When it may be taken. While it runs: when its process counts as dead, unless that prolongs it.
    due_at = models.DateTimeField(_("due"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True, db_index=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = (
            models.Index(name="job_due", fields=("due_at",), condition=Q(status__in=("waiting", "running"))),
            models.Index(name="job_failed", fields=("status",), condition=Q(status__in=("refused", "given_up"))),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.about}".strip()

    @property
    def failing(self) -> bool:
        """Whether it waits after a failed attempt."""
        return self.status == self.Status.WAITING and self.attempts > 0
