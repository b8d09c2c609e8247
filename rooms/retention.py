"""What is removed after its time: attendance, meetings, audit, invitations that nobody accepted, join links and bans
that have ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.clock import Moment
from rooms import invitations
from rooms.models import Attendance, AuditEntry, Invitation, JoinLink, Meeting, NetworkBan


def outdated(now: Moment) -> Iterator[QuerySet[Any]]:
    """The rows that have expired. None is of a live meeting."""
    yield Invitation.objects.filter(created_at__lt=now - invitations.LIFE)
    yield Attendance.objects.filter(left_at__lt=now - timedelta(days=settings.ATTENDANCE_DAYS))
    yield Meeting.objects.filter(ended_at__lt=now - timedelta(days=settings.HISTORY_DAYS))
    yield AuditEntry.objects.filter(at__lt=now - timedelta(days=settings.AUDIT_DAYS))
    yield JoinLink.objects.filter(expires_at__lt=now - timedelta(days=1))
    yield NetworkBan.objects.filter(ends_at__lt=now)
