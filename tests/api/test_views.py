"""Bob makes tokens on a page, and nobody else does with his browser."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import logins
from accounts.models import User
from api import tokens
from api.models import Token
from api.scopes import Scope
from api.views import MADE
from tests.api.scenes import System
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

FORM = {"name": "Timetable", "scopes": ["rooms:read", "meetings:read"], "life": "30"}
SECRET = re.compile(r"cfk_[-\w]{43}")


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    """His browser, in which he has just signed in."""
    client.post("/accounts/login/", {"login": "bob@example.org", "password": PASSWORD})
    return client


def make(client: Client, **form: Any) -> Any:
    return client.post("/profile/tokens", {**FORM, **form})


def test_the_secret_is_shown_once(bobs: Client, bob: User) -> None:
    answer = make(bobs)
    [secret] = set(SECRET.findall(answer.content.decode()))
    assert (answer.status_code, answer["Cache-Control"].split(", ")[0]) == (200, "max-age=0")
    token = tokens.find(secret)
    assert token is not None
    assert (token.user, token.name, token.scopes) == (bob, "Timetable", ["meetings:read", "rooms:read"])
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    page = bobs.get("/profile/tokens").content.decode()
    assert "Timetable" in page and token.hint in page and not SECRET.search(page)


def test_an_open_browser_is_not_enough(bobs: Client, bob: User) -> None:
    """The form is carried out after the password was given again."""
    session: Any = bobs.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()
    asked = make(bobs)
    assert (asked.status_code, asked["Location"]) == (302, "/accounts/reauthenticate/?next=%2Fprofile%2Ftokens")
    assert not Token.objects.exists()
    wrong = bobs.post(asked["Location"], {"password": "wrong"})
    assert not SECRET.search(wrong.content.decode()) and not Token.objects.exists()
    answer = bobs.post(asked["Location"], {"password": PASSWORD, "next": "/profile/tokens"})
    assert SECRET.search(answer.content.decode()) and Token.objects.get().user == bob


def test_who_has_nothing_to_prove_themselves_with_signs_in_again(client: Client, bob: User) -> None:
    """Another server signs him in, and he has no address to which a code could be sent."""
    bob.set_unusable_password()
    bob.save()
    EmailAddress.objects.filter(user=bob).delete()
    client.force_login(bob)
    answer = make(client)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/profile/tokens")
    assert client.get("/profile").status_code == 302
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    "form",
    [{"scopes": []}, {"scopes": ["all"]}, {"scopes": ["users:read"]}, {"life": "3650"}, {"name": "\u200b"}, {"name": "x" * 65}],
    ids=str,
)
def test_a_form_that_is_refused(bobs: Client, form: dict[str, Any]) -> None:
    assert make(bobs, **form).status_code == 422
    assert not Token.objects.exists()


def test_scopes_about_users_are_for_administrators(bobs: Client, bob: User) -> None:
    assert "users:read" not in bobs.get("/profile/tokens").content.decode()
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert make(bobs, scopes=["users:read"]).status_code == 200
    assert Token.objects.get().scopes == ["users:read"]


def test_a_person_has_so_many_and_makes_so_many(bobs: Client, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(tokens.PER_PERSON):
        System(bob)
    answer = make(bobs)
    assert answer.status_code == 422 and b"as many tokens as one may have" in answer.content
    Token.objects.all().delete()
    monkeypatch.setattr("api.views.MADE", MADE.__class__("api-tokens", 2, 60))
    assert [make(bobs).status_code for _ in range(2)] == [200, 429]
    assert Token.objects.count() == 1


def test_bob_revokes_his_and_mallory_does_not(bobs: Client, mallorys: Client, bob: User) -> None:
    system = System(bob)
    path = f"/profile/tokens/{system.token.pk}/revoke"
    assert mallorys.post(path).status_code == 404
    assert "Timetable" not in mallorys.get("/profile/tokens").content.decode()
    assert system.get("rooms").status_code == 200
    assert bobs.post(path).status_code == 302
    assert system.get("rooms").status_code == 401


def test_one_that_has_expired_says_so(bobs: Client, bob: User) -> None:
    System(bob, life=timedelta(0))
    assert "Expired" in bobs.get("/profile/tokens").content.decode()


def test_tokens_of_somebody_who_was_shut_out_end(bob: User, alice: User) -> None:
    hers, his = System(alice), System(bob, [Scope.ROOMS_READ])
    logins.end_all(bob)
    assert (hers.get("rooms").status_code, his.get("rooms").status_code) == (200, 401)
