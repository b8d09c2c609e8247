from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD


@pytest.fixture
def administrators(alice: User, alices: Client) -> Client:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    return alices


def test_users_are_listed_found_and_edited(administrators: Client, bob: User) -> None:
    assert b"bob@example.org" in administrators.get("/admin/accounts/user/?q=Bob").content
    assert administrators.get(f"/admin/accounts/user/{bob.pk}/change/").status_code == 200


def test_a_user_is_added(administrators: Client) -> None:
    form = {"email": "carol@example.org", "display_name": "Carol", "usable_password": "true"}
    response = administrators.post("/admin/accounts/user/add/", {**form, "password1": PASSWORD, "password2": PASSWORD})
    assert response.status_code == 302
    assert User.objects.get(email="carol@example.org").check_password(PASSWORD)


def test_bob_has_no_business_there(bobs: Client) -> None:
    assert bobs.get("/admin/accounts/user/", follow=True).status_code == 403


def test_administrators_come_in_by_the_door_of_all(client: Client, db: None) -> None:
    response = client.post("/admin/login/?next=/admin/", {"username": "alice@example.org", "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")
