"""What is removed after its time: dates that are long over, with the answers to them, and then meetings without dates, with
their invited people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.clock import Moment
from schedule.models import Occurrence, ScheduledMeeting


def outdated(now: Moment) -> Iterator[QuerySet[Any]]:
    """The rows that have expired, those first on which others depend."""
    before = now - timedelta(days=settings.HISTORY_DAYS)
    over = Q(planned_until=None) | Q(cancelled_at__isnull=False)
    dates = Exists(Occurrence.objects.filter(scheduled=OuterRef("pk")))
    yield Occurrence.objects.filter(ends_at__lt=before)
    yield ScheduledMeeting.objects.filter(over, ~dates, created_at__lt=before)
