"""Everybody asks for every page of the sign-in, and posts every form, empty. What is of an account is shown to who has signed in,
and nothing changes for anybody.

Addresses are found in the resolver: one without a row fails. Our own pages are in ``tests/rooms/test_authorization_matrix.py``.
"""

from __future__ import annotations

import re
from typing import Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from rooms import guests
from tests.cast import person
from tests.rooms.test_get_changes_nothing import database, routes

pytestmark = pytest.mark.django_db

OUTSIDE: Final = frozenset({"anonymous", "guest"})
SIGNED_IN: Final = frozenset({"member", "staff"})
EVERYBODY: Final = OUTSIDE | SIGNED_IN
#: Needs what was not done: a password that was asked for again, a code, a passkey, a provider. Or leads to another row.
NOBODY: Final[frozenset[str]] = frozenset()
KEY, RESET, PROVIDER = r"(?P<key>[-:\w]+)", r"(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)", "(?P<provider_id>[^/]+)"

#: Who gets which page.
ROWS: Final[dict[str, frozenset[str]]] = {
    "login/": OUTSIDE,
    "login/code/confirm/": NOBODY,
    "logout/": SIGNED_IN,
    "inactive/": EVERYBODY,
    "signup/": OUTSIDE,
    "reauthenticate/": SIGNED_IN,
    "reauthenticate/code/": SIGNED_IN,
    "reauthenticate/code/confirm/": NOBODY,
    "email/": SIGNED_IN,
    "confirm-email/": EVERYBODY,
    f"confirm-email/{KEY}/": EVERYBODY,
    "password/change/": SIGNED_IN,
    "password/set/": NOBODY,
    "password/reset/": EVERYBODY,
    "password/reset/done/": EVERYBODY,
    "password/reset/key/done/": EVERYBODY,
    f"password/reset/key/{RESET}/": EVERYBODY,
    "2fa/": SIGNED_IN,
    "2fa/authenticate/": NOBODY,
    "2fa/reauthenticate/": NOBODY,
    "2fa/totp/activate/": NOBODY,
    "2fa/totp/deactivate/": NOBODY,
    "2fa/recovery-codes/": NOBODY,
    "2fa/recovery-codes/generate/": NOBODY,
    "2fa/recovery-codes/download/": NOBODY,
    "2fa/webauthn/": SIGNED_IN,
    "2fa/webauthn/add/": NOBODY,
    "2fa/webauthn/login/": NOBODY,
    "2fa/webauthn/reauthenticate/": NOBODY,
    "2fa/webauthn/keys/<int:pk>/remove/": NOBODY,
    "2fa/webauthn/keys/<int:pk>/edit/": NOBODY,
    "3rdparty/": SIGNED_IN,
    "3rdparty/signup/": NOBODY,
    "3rdparty/login/cancelled/": EVERYBODY,
    "3rdparty/login/error/": NOBODY,
    "social/connections/": NOBODY,
    "social/signup/": NOBODY,
    "social/login/cancelled/": NOBODY,
    "social/login/error/": NOBODY,
    f"oidc/{PROVIDER}/login/": NOBODY,
    f"oidc/{PROVIDER}/login/callback/": NOBODY,
}
PREFIX: Final = "accounts/"
#: What a refusal is; moved for good is one, too.
REFUSED: Final = {301, 302, 401, 403, 404, 405}


def test_every_page_has_a_row() -> None:
    found = [route.removeprefix(PREFIX) for route in routes(get_resolver()) if route.startswith(PREFIX)]
    assert set(ROWS) == set(found)


def address(route: str) -> str:
    """With a key and a number that mean nothing."""
    for pattern, value in ((KEY, "abc"), (RESET, "1-abc"), (PROVIDER, "acme"), ("<int:pk>", "1")):
        route = route.replace(pattern, value)
    assert not re.search(r"[<(]", route), route
    return f"/{PREFIX}{route}"


@pytest.fixture
def clients() -> dict[str, Client]:
    made = {name: Client(raise_request_exception=False) for name in EVERYBODY}
    made["guest"].cookies[settings.GUEST_COOKIE_NAME] = guests.sign("carol")
    for name in SIGNED_IN:
        made[name].force_login(person(name.title()))
    User.objects.filter(display_name="Staff").update(is_staff=True, is_superuser=True)
    return made


@pytest.mark.parametrize("route", ROWS)
def test_who_gets_a_page_and_nobody_changes_anything(clients: dict[str, Client], route: str) -> None:
    before = database()
    for name, client in clients.items():
        status = client.get(address(route)).status_code
        assert status == 200 if name in ROWS[route] else status in REFUSED, name
    for name, client in clients.items():
        status = client.post(address(route)).status_code
        assert status in REFUSED | ({200} if name in ROWS[route] else set()), name
    assert database() == before
