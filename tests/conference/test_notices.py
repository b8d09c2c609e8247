"""Olga tells everybody of a maintenance: on each page, for a time, until she takes it back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from msgspec import UNSET

from accounts.models import User
from conference import notices
from conference.known import SECONDS, Known
from conference.models import Notice
from conference.notices import Plan
from rooms.models import Room
from signaling.protocol import facts
from tests.hostile import MARKUP
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

LIST, ADD = "/admin/conference/notice/", "/admin/conference/notice/add/"
TEXT = "Tonight we update the server."


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Known[Plan]:
    """What a process knows that has just started."""
    fresh: Known[Plan] = Known((), lambda plan: notices.planned(time.monotonic), time.monotonic)
    monkeypatch.setattr(notices, "known", fresh)
    return fresh


@pytest.fixture
def olgas(alice: User, alices: Client) -> Client:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    return alices


def form(text: str = TEXT, first: int = -1, last: int = 1, maintenance: int | None = None) -> dict[str, str]:
    """Times are in hours from now."""
    fields = {"text": text}
    times = {"shown_from": first, "shown_until": last, "maintenance_at": maintenance}
    for name, hours in times.items():
        moment = None if hours is None else timezone.now() + timedelta(hours=hours)
        fields[f"{name}_0"], fields[f"{name}_1"] = (f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}") if moment else ("", "")
    return fields


def errors(answer: Any) -> set[str]:
    assert answer.status_code == 200
    return {*answer.context["adminform"].errors}


def shown(client: Client, path: str = "/") -> str:
    """The notice on a page."""
    found = re.search(r"<site-notice[^>]*data-id.*?</site-notice>", client.get(path).content.decode(), re.DOTALL)
    return found[0] if found else ""


def test_every_page_shows_it(olgas: Client, client: Client) -> None:
    assert olgas.post(ADD, form(maintenance=5)).status_code == 302
    room = make_room()
    assert isinstance(room, Room)
    for path in ("/", "/accounts/login/", f"/{room.slug}", "/nothing/like/it"):
        notice = shown(client, path)
        assert TEXT in notice and "<local-time><time datetime=" in notice, path
    assert TEXT in shown(olgas, f"/{room.slug}")


def test_whoever_has_closed_it_sees_the_next_one(olgas: Client, client: Client) -> None:
    olgas.post(ADD, form())
    found = re.search(r'data-id="(\w+)"', shown(client))
    assert found is not None
    client.cookies["notice"] = found[1]
    assert shown(client) == ""
    change = f"{LIST}{Notice.objects.get().pk}/change/"
    olgas.post(change, form(last=3))
    assert shown(client) == ""
    olgas.post(change, form("Tomorrow"))
    assert "Tomorrow" in shown(client)


def test_it_is_shown_for_a_time(olgas: Client, client: Client) -> None:
    olgas.post(ADD, form(first=1, last=2))
    now, plan = time.monotonic(), notices.known.get()
    assert shown(client) == "" and len(plan) == 1
    assert notices.current(now + 3000) is None
    assert notices.current(now + 3700) == plan[0]
    assert notices.current(now + 7300) is None


def test_when_it_is_shown_is_said_by_the_clock_of_the_database(olgas: Client, client: Client, wrong_clock: None) -> None:
    Notice.objects.create(text=TEXT, shown_until=timezone.now() - timedelta(days=30) + timedelta(hours=1))
    Notice.objects.update(shown_from=timezone.now() - timedelta(days=30, hours=1))
    assert TEXT in shown(client)


def test_of_two_the_later_one_is_shown(olgas: Client, client: Client) -> None:
    olgas.post(ADD, form("later", first=-1))
    olgas.post(ADD, form("earlier", first=-2, last=5))
    assert "later" in shown(client)


def test_it_is_taken_back(olgas: Client, client: Client) -> None:
    olgas.post(ADD, form())
    olgas.post(ADD, form("next week", first=100, last=200))
    chosen = [*Notice.objects.values_list("pk", flat=True)]
    answer = olgas.post(LIST, {"action": "withdraw", "_selected_action": chosen}, follow=True)
    assert "2 notices are withdrawn." in answer.content.decode()
    assert shown(client) == "" and notices.known.get() == ()
    assert LogEntry.objects.filter(change_message__contains="Withdrawn").count() == 2
    assert "0 notices" in olgas.post(LIST, {"action": "withdraw", "_selected_action": chosen}, follow=True).content.decode()
    olgas.post(ADD, form("again"))
    assert "again" in shown(client)
    olgas.post(f"{LIST}{Notice.objects.latest('pk').pk}/delete/", {"post": "yes"})
    assert shown(client) == ""


@pytest.mark.parametrize("text", MARKUP[:12])
def test_a_text_is_text(olgas: Client, client: Client, text: str) -> None:
    answer = olgas.post(ADD, form(text[:200]))
    assert answer.status_code == 302 or errors(answer) == {"text"}
    assert re.findall(r"<(?!/?(?:site-notice|p)\b)", shown(client)) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": ""}, {"text"}),
        ({"text": "x" * 201}, {"text"}),
        ({"text": "\u2800"}, {"text"}),
        ({"text": "\u202eabc"}, {"text"}),
        ({"text": "two\x85lines"}, {"text"}),
        ({"shown_until_0": "yesterday"}, {"shown_until"}),
        ({"shown_until_0": "1999-01-01"}, {"__all__"}),
    ],
)
def test_what_makes_no_sense_is_refused(olgas: Client, fields: dict[str, str], wrong: set[str]) -> None:
    assert errors(olgas.post(ADD, {**form(), **fields})) == wrong
    assert not Notice.objects.exists()


def test_whoever_may_not_write_notices_does_not(olgas: Client, bob: User, bobs: Client) -> None:
    olgas.post(ADD, form())
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    bob.user_permissions.add(Permission.objects.get(codename="view_notice"))
    assert bobs.post(ADD, form()).status_code == 403
    bobs.post(LIST, {"action": "withdraw", "_selected_action": [Notice.objects.get().pk]})
    assert Notice.objects.get().shown_until > timezone.now()


def test_another_worker_follows_within_seconds(olgas: Client) -> None:
    now = [0.0]
    other: Known[Plan] = Known((), lambda plan: notices.planned(lambda: now[0]), lambda: now[0])
    assert other.get() == ()
    olgas.post(ADD, form())
    assert other.get() == ()
    now[0] = SECONDS
    assert [one.text for one in other.get()] == [TEXT]


def test_while_the_database_is_away_it_ends_at_its_time(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    answers: Iterator[Plan] = iter([(notices.Planned("id", TEXT, None, 0.0, 100.0),)])

    def read(plan: Plan) -> Plan:
        for answer in answers:
            return answer
        raise OperationalError("away")

    now = [0.0]
    known: Known[Plan] = Known((), read, lambda: now[0])
    monkeypatch.setattr(notices, "known", known)
    for second in range(0, 90, 10):
        now[0] = float(second)
        current = notices.current(now[0])
        assert current is not None and current.text == TEXT
    assert notices.current(100.0) is None
    assert caplog.text.count("away") == 1


def test_what_people_in_meetings_are_told() -> None:
    assert notices.fact() == facts.Notice()
    at = timezone.now().replace(microsecond=0)
    row = Notice.objects.create(text=TEXT, shown_until=at + timedelta(hours=1), maintenance_at=at)
    Notice.objects.update(shown_from=at - timedelta(hours=1))
    notices.known.refresh()
    assert (shown := notices.fact()) == facts.Notice(id=shown.id, text=TEXT, at=int(at.timestamp()))
    row.maintenance_at = None
    row.save()
    notices.known.refresh()
    assert notices.fact().at is UNSET
