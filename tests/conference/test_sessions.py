from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.utils import timezone

from conference.sessions import SessionStore
from rooms import passcodes
from tests.rooms.scenes import make_room

NOWHERE = {"default": {"BACKEND": "conference.counters.SharedCounters", "LOCATION": "redis://127.0.0.1:1/0"}}


def test_without_redis_one_stays_signed_in(alices: Client) -> None:
    with override_settings(CACHES=NOWHERE):
        assert alices.get("/profile").status_code == 200


@pytest.mark.parametrize("cookie", [r'"\000\000\000\000\000\000\000\000\000"', "../../../../etc", '"two words"', "x"])
def test_a_cookie_that_is_no_key_is_nobodys(client: Client, db: None, cookie: str) -> None:
    response = client.get("/profile", headers={"cookie": f"login={cookie}"})
    assert response.status_code == 302
    assert not Session.objects.exists()


def days(key: str | None) -> int:
    left = Session.objects.get(pk=key).expire_date - timezone.now()
    return round(left / timedelta(days=1))


def test_what_strangers_can_make_many_of_lasts_for_a_day(db: None) -> None:
    store = SessionStore()
    store["invitation"] = "token"
    store.create()
    assert days(store.session_key) == 1


def test_a_login_and_a_passcode_last(alices: Client, db: None) -> None:
    assert days(alices.session.session_key) == 14
    store = SessionStore()
    passcodes.grant(store, make_room(passcode="open sesame"))
    store.save()
    assert days(store.session_key) == 14
