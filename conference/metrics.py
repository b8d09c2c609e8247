"""``/metrics``: what the worker of this process counts, and how jobs are doing, for whoever has the token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare

from jobs import queue
from signaling import process

JOBS: Final = """\
# HELP conference_jobs_overdue_seconds How long the first job that is due has waited. The same for all workers.
# TYPE conference_jobs_overdue_seconds gauge
conference_jobs_overdue_seconds {overdue:.1f}
# HELP conference_jobs_failed Jobs of the last {days} days that were refused or given up. The same for all workers.
# TYPE conference_jobs_failed gauge
conference_jobs_failed {failed}
"""


class MetricsMiddleware:
    """Answers requests with METRICS_TOKEN. All others get the page for 404.

    The address of a request gives no access: a request through a proxy on this machine looks local.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/metrics" or not _permitted(request):
            return self._get_response(request)
        return HttpResponse(process.metrics() + _jobs(), content_type=process.METRICS_TYPE, headers={"Cache-Control": "no-store"})


def _jobs() -> str:
    """Empty while the database is away: what the worker counts is then needed most."""
    try:
        backlog = queue.backlog()
    except DatabaseError:
        return ""
    return JOBS.format(overdue=backlog.overdue.total_seconds(), failed=backlog.failed, days=queue.KEPT.days)


def _permitted(request: HttpRequest) -> bool:
    return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
