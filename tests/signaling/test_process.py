"""A process asks its worker, Redis, or nobody."""

from __future__ import annotations

from django.test import override_settings

from signaling import live
from signaling.settings import UNKNOWN


def test_without_a_worker_and_without_redis_nothing_is_live() -> None:
    with override_settings(EMBEDDED=True):
        assert (live.people("1"), live.counts(["1"]), live.end("1")) == ([], {}, False)


def test_without_an_answer_nothing_is_live() -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:9/0", EMBEDDED=False):
        assert (live.people("1"), live.counts(["1"]), live.configure("1", UNKNOWN)) == ([], {}, False)
