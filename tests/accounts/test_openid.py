from __future__ import annotations

import copy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client, override_settings

from accounts import addresses
from accounts.models import User
from tests.accounts.provider import Provider, provider
from tests.cast import PASSWORD

LOGIN = "/accounts/oidc/oidc/login/"
BOB = {"sub": "1", "email": "Bob@example.org", "email_verified": True, "name": "Bob B."}


def through(client: Client, server: Provider, query: str = "") -> Any:
    """Sign in by the provider, as a browser does."""
    providers: Any = copy.deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    providers["openid_connect"]["APPS"][0]["settings"]["server_url"] = server.url
    with override_settings(SOCIALACCOUNT_PROVIDERS=providers):
        leaving = client.post(f"{LOGIN}{query}")
        asked = parse_qs(urlsplit(leaving["Location"]).query)
        assert leaving["Location"].startswith(f"{server.url}/authorize?")
        assert asked["code_challenge_method"] == ["S256"]
        return client.get("/accounts/oidc/oidc/login/callback/", {"code": "code", "state": asked["state"][0]})


def test_the_sign_in_page_offers_it_by_name(client: Client, db: None) -> None:
    html = client.get("/accounts/login/").content.decode()
    assert "Continue with Example" in html
    assert f'action="{LOGIN}' in html


@pytest.mark.parametrize("signup", ["open", "closed"])
def test_bob_comes_with_name_and_address(client: Client, db: None, signup: str) -> None:
    with provider(**BOB) as server, override_settings(SIGNUP=signup):
        through(client, server)
    bob = User.objects.get()
    assert (bob.email, bob.display_name, bob.is_staff) == ("bob@example.org", "Bob B.", False)
    assert client.get("/profile").status_code == 200


def test_bob_who_has_an_account_comes_into_it(client: Client, bob: User) -> None:
    with provider(**BOB) as server:
        through(client, server)
    assert User.objects.count() == 1
    assert client.get("/profile").wsgi_request.user == bob


def test_an_address_nobody_verified_opens_no_account(client: Client, bob: User) -> None:
    with provider(**{**BOB, "email_verified": False}) as server:
        through(client, server)
    assert not client.get("/").wsgi_request.user.is_authenticated


@pytest.fixture
def squatted() -> User:
    """An account with Bob's address that nobody verified."""
    Client().post("/accounts/signup/", {"email": "bob@example.org", "display_name": "Bob", "password1": PASSWORD})
    return User.objects.get()


@pytest.mark.parametrize("verification", ["optional", "mandatory"])
def test_an_account_whose_address_nobody_verified_is_not_opened(
    client: Client, db: None, squatted: User, verification: str
) -> None:
    with provider(**BOB) as server, override_settings(ACCOUNT_EMAIL_VERIFICATION=verification):
        answer = through(client, server)
    assert answer.status_code == 409
    assert b"An account here already uses your address" in answer.content
    assert not client.get("/").wsgi_request.user.is_authenticated
    assert User.objects.count() == 1 and squatted.check_password(PASSWORD)


def test_bob_connects_his_account_himself(client: Client, db: None, squatted: User) -> None:
    client.force_login(squatted)
    with provider(**BOB) as server:
        through(client, server, "?process=connect")
        assert addresses.is_verified(squatted)
        visitor = Client()
        through(visitor, server)
    assert visitor.get("/profile").wsgi_request.user == squatted


def test_connecting_says_nothing_about_other_addresses(client: Client, db: None, squatted: User) -> None:
    client.force_login(squatted)
    with provider(**{**BOB, "email": "mallory@example.org"}) as server:
        through(client, server, "?process=connect")
    assert not addresses.is_verified(squatted)


def test_who_only_typed_the_address_keeps_bob_out_by_nothing(client: Client, mallory: User) -> None:
    EmailAddress.objects.create(user=mallory, email="bob@example.org")
    with provider(**BOB) as server:
        through(client, server)
    bob = client.get("/profile").wsgi_request.user
    assert isinstance(bob, User) and bob.email == "bob@example.org" and addresses.is_verified(bob)


@pytest.mark.parametrize(
    ("claims", "name"),
    [({"name": "B\u202eob", "preferred_username": "bobby"}, "bobby"), ({"name": None}, "bob"), ({"name": "x" * 80}, "x" * 64)],
)
def test_a_name_that_cannot_be_shown_gives_way(client: Client, db: None, claims: dict[str, Any], name: str) -> None:
    with provider(**{**BOB, "email": "bob@example.org", **claims}) as server:
        through(client, server)
    assert User.objects.get().display_name == name


def test_a_forged_return_signs_nobody_in(client: Client, db: None) -> None:
    response = client.get("/accounts/oidc/oidc/login/callback/", {"code": "code", "state": "forged"})
    assert response.status_code == 401
    assert not User.objects.exists()
