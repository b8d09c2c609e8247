"""A timetable makes a room, schedules its lessons, and sends Dave in: the example of ``docs/api.md``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from rooms.models import Room
from tests.api.scenes import System

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def test_the_example_of_the_guide() -> None:
    room, lessons, link = (json.loads(body) for body in re.findall(r"-d '([^']+)'", GUIDE.read_text()))
    timetable = System(None)
    made = timetable.post("rooms", room, idempotency_key="course-42")
    assert (made.status_code, timetable.post("rooms", room, idempotency_key="course-42").json()) == (201, made.json())
    code = Room.objects.get().slug
    assert timetable.post(f"rooms/{code}/meetings", lessons).status_code == 201
    sent = timetable.post(f"rooms/{code}/join-links", link)
    assert sent.status_code == 201, sent.content
    address = sent.json()["address"]
    dave = Client()
    path = re.sub("^https?://[^/]+", "", address)
    assert dave.get(path).status_code == 200
    assert dave.post(path).headers["Location"] == f"/{code}"
    assert dave.get(f"/{code}").status_code == 200
