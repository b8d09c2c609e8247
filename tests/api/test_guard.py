"""Who is let in, how often, with what; and that nothing is done twice, or to what somebody else has changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from api import guard, rates
from api.models import KeptAnswer, Token
from api.scopes import Scope
from rooms.models import Room
from tests.api.scenes import System, problem
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


def test_a_request_without_a_token_or_with_that_of_somebody_else_is_refused(alice: User) -> None:
    nobody = Client().get("/api/v1/rooms")
    assert (problem(nobody), nobody["WWW-Authenticate"]) == ("unauthenticated", "Bearer")
    invented = Client(headers={"Authorization": "Bearer cfk_invented"}).get("/api/v1/rooms")
    assert (problem(invented), invented["WWW-Authenticate"]) == ("unauthenticated", 'Bearer error="invalid_token"')


def test_a_cookie_does_not_count(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    assert problem(browser.get("/api/v1/rooms")) == "unauthenticated"


def test_a_token_ends_by_its_time_by_revocation_and_with_its_user(alice: User, bob: User) -> None:
    expired, revoked, locked_out = System(alice, life=timedelta(0)), System(alice), System(bob)
    assert revoked.get("rooms").status_code == locked_out.get("rooms").status_code == 200
    revoked.token.delete()
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert [problem(system.get("rooms")) for system in (expired, revoked, locked_out)] == ["unauthenticated"] * 3


def test_the_secret_is_not_stored_and_its_use_is(alice: User) -> None:
    system = System(alice)
    assert Token.objects.filter(digest__contains=system.secret[4:]).count() == 0
    assert system.secret.startswith(system.token.hint) and len(system.token.hint) == 8
    system.get("rooms")
    assert Token.objects.get().last_used_at is not None


def test_too_little_scope_says_which(alice: User) -> None:
    refused = System(alice, [Scope.ROOMS_READ]).post("rooms", {"name": "Tea"})
    assert (refused.status_code, problem(refused), refused.json()["scope"]) == (403, "insufficient-scope", "rooms:write")
    assert 'scope="rooms:write"' in refused["WWW-Authenticate"]
    assert not Room.objects.exists()


def test_the_rate_is_counted_and_its_end_is_told(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "LIMIT", rates.LIMIT.__class__("api", 2, 60))
    system = System(alice)
    first, second, third = (system.get("rooms") for _ in range(3))
    assert first["RateLimit-Policy"] == '"token";q=2;w=60'
    assert [first["RateLimit"].partition(";t=")[0], second["RateLimit"].partition(";t=")[0]] == ['"token";r=1', '"token";r=0']
    assert (third.status_code, problem(third)) == (429, "too-many-requests")
    assert 0 < int(third["Retry-After"]) <= 60
    assert System(alice).get("rooms").status_code == 200


def test_a_long_body_and_one_that_is_no_json_are_refused(alice: User) -> None:
    system = System(alice)
    assert problem(system.post("rooms", {"name": "x" * guard.BODY_MAX})) == "too-large"
    assert problem(system.post("rooms", "{", content_type="x")) == "malformed"


def test_what_the_api_does_not_have(alice: User) -> None:
    system = System(alice)
    assert problem(system.get("nothing")) == problem(system.get("rooms/abc-defg-hij")) == "not-found"
    refused = system.delete("rooms")
    assert (problem(refused), refused["Allow"]) == ("method-not-allowed", "GET, POST")
    assert system.get("rooms?owner__password=a").json()["errors"][0]["parameter"] == "owner__password"


def test_a_null_character_in_a_filter_is_refused(alice: User) -> None:
    refused = System(alice).get("rooms?name=a%00b")
    assert (problem(refused), refused.json()["errors"][0]["parameter"]) == ("invalid", "name")


def test_a_list_that_has_not_changed_is_not_sent_again(alice: User) -> None:
    make_room(alice)
    system = System(alice)
    first = system.get("rooms")
    again = system.get("rooms", if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    make_room(alice)
    assert system.get("rooms", if_none_match=first["ETag"]).status_code == 200


def test_a_request_that_comes_twice_is_done_once(alice: User) -> None:
    system = System(alice)
    first, second = (system.post("rooms", {"name": "Tea"}, idempotency_key="k1") for _ in range(2))
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert (first["Location"], second["Idempotency-Replayed"]) == (second["Location"], "true")
    assert Room.objects.count() == 1


def test_a_key_of_another_request_is_refused(alice: User, bob: User) -> None:
    system = System(alice)
    system.post("rooms", {"name": "Tea"}, idempotency_key="k1")
    assert problem(system.post("rooms", {"name": "Coffee"}, idempotency_key="k1")) == "key-used"
    assert System(bob).post("rooms", {"name": "Coffee"}, idempotency_key="k1").status_code == 201


def test_a_request_that_failed_can_be_sent_again_with_its_key(alice: User) -> None:
    system = System(alice)
    assert problem(system.post("rooms", {"name": " "}, idempotency_key="k1")) == "invalid"
    assert not KeptAnswer.objects.exists()
    assert system.post("rooms", {"name": "Tea"}, idempotency_key="k1").status_code == 201
    assert problem(system.post("rooms", {"name": "Tea"}, idempotency_key="k" * 129)) == "malformed"


def test_of_two_writers_the_second_learns_of_the_first(alice: User) -> None:
    room = make_room(alice)
    system = System(alice)
    seen = system.get(f"rooms/{room.slug}")["ETag"]
    assert system.patch(f"rooms/{room.slug}", {"capacity": 4}, if_match=f"W/{seen}").status_code == 200
    late = system.patch(f"rooms/{room.slug}", {"capacity": 6}, if_match=seen)
    assert (late.status_code, problem(late)) == (412, "changed")
    assert problem(system.delete(f"rooms/{room.slug}", if_match=seen)) == "changed"
    room.refresh_from_db()
    assert room.capacity == 4
