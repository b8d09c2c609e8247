from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD

CREDENTIALS = {"login": "bob@example.org", "password": PASSWORD}


def code(secret: str) -> str:
    value: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return value


def activated(client: Client) -> str:
    """Signs Bob in and gives him a second factor; the secret his telephone now has."""
    client.post("/accounts/login/", CREDENTIALS)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret: str = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    return secret


def sign_in(client: Client) -> Any:
    return client.post("/accounts/login/", CREDENTIALS, follow=True)


def test_a_password_is_not_enough_any_more(client: Client, bob: User) -> None:
    activated(client)
    other = Client()
    assert sign_in(other).redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    assert other.get("/profile").status_code == 302
    other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert other.get("/profile").status_code == 302


def test_password_and_code_are(client: Client, bob: User) -> None:
    secret = activated(client)
    other = Client()
    sign_in(other)
    cache.clear()  # the code that switched it on is remembered as used
    other.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert other.get("/profile").status_code == 200


def test_a_recovery_code_helps_once(client: Client, bob: User) -> None:
    activated(client)
    [recovery, *_] = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    for number, status in ((1, 200), (2, 302)):
        other = Client()
        sign_in(other)
        other.post("/accounts/2fa/authenticate/", {"code": recovery})
        assert other.get("/profile").status_code == status, number


def test_the_sign_in_page_offers_a_passkey(client: Client, db: None) -> None:
    assert b"passkey_login" in client.get("/accounts/login/").content
