from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from accounts import addresses, logins
from accounts.models import User
from tests.cast import PASSWORD
from tests.conftest import browser


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
    carol = User.objects.get(email="carol@example.org")
    assert carol.check_password(PASSWORD)
    assert addresses.is_verified(carol)


def squatter() -> User:
    """Mallory, who signed up with the address of the boss where nobody verifies addresses."""
    client = Client()
    client.post("/accounts/signup/", {"email": "boss@company.example", "display_name": "The boss", "password1": PASSWORD})
    return User.objects.get(email="boss@company.example")


def test_the_list_says_whose_address_is_verified(administrators: Client, db: None) -> None:
    mallory = squatter()
    assert not addresses.is_verified(mallory)
    listed = administrators.get("/admin/accounts/user/?verified=no").content.decode()
    assert "boss@company.example" in listed and "alice@example.org" not in listed
    listed = administrators.get("/admin/accounts/user/?verified=yes").content.decode()
    assert "boss@company.example" not in listed and "alice@example.org" in listed
    assert (
        "boss@company.example (not verified)" in administrators.get(f"/admin/accounts/user/{mallory.pk}/change/").content.decode()
    )


def test_an_administrator_marks_an_address_as_verified(administrators: Client, db: None) -> None:
    mallory = squatter()
    administrators.post("/admin/accounts/user/", {"action": "verify", "_selected_action": [mallory.pk]})
    assert addresses.is_verified(mallory)


def test_no_address_is_verified_for_two(administrators: Client, bob: User, db: None) -> None:
    mallory = squatter()
    EmailAddress.objects.create(user=bob, email=mallory.email, verified=True)
    page = administrators.post("/admin/accounts/user/", {"action": "verify", "_selected_action": [mallory.pk]}, follow=True)
    assert "Somebody else has verified boss@company.example." in page.content.decode()
    assert not addresses.is_verified(mallory)
    form = {"email": mallory.email, "display_name": "Dave", "usable_password": "false"}
    User.objects.filter(pk=mallory.pk).delete()
    assert b"Somebody else has verified this address." in administrators.post("/admin/accounts/user/add/", form).content


def test_a_changed_address_is_the_only_one(administrators: Client, bob: User, client: Client) -> None:
    EmailAddress.objects.create(user=bob, email="bobby@example.org", verified=True)
    form = {"email": "Robert@example.org", "display_name": "Bob", "is_active": "on"}
    assert administrators.post(f"/admin/accounts/user/{bob.pk}/change/", form).status_code == 302
    bob.refresh_from_db()
    assert bob.email == "robert@example.org" and [*addresses.identifying(bob)] == ["robert@example.org"]
    for email, works in (("bob@example.org", False), ("bobby@example.org", False), ("robert@example.org", True)):
        visitor = Client()
        visitor.post("/accounts/login/", {"login": email, "password": PASSWORD})
        assert (visitor.get("/profile").status_code == 200) is works
        mail.outbox.clear()
        client.post("/accounts/password/reset/", {"email": email})
        assert [("password/reset/key" in str(sent.body), sent.to) for sent in mail.outbox] == [(works, [email])]


def test_what_is_edited_besides_leaves_the_addresses_alone(administrators: Client, db: None) -> None:
    mallory = squatter()
    form = {"email": mallory.email, "display_name": "Mallory", "is_active": "on"}
    assert administrators.post(f"/admin/accounts/user/{mallory.pk}/change/", form).status_code == 302
    assert not addresses.is_verified(mallory)


def test_addresses_are_edited_with_the_account_alone(administrators: Client) -> None:
    assert administrators.get("/admin/account/emailaddress/").status_code == 404


def test_bob_has_no_business_there(bobs: Client) -> None:
    assert bobs.get("/admin/accounts/user/", follow=True).status_code == 403


def test_administrators_come_in_by_the_door_of_all(client: Client, db: None) -> None:
    response = client.post("/admin/login/?next=/admin/", {"username": "alice@example.org", "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


def test_the_page_of_a_user_says_how_they_sign_in(administrators: Client, bob: User) -> None:
    Authenticator.objects.create(user=bob, type="totp", data={})
    Authenticator.objects.create(user=bob, type="recovery_codes", data={})
    logins.keep("phone", bob.pk)
    content = administrators.get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    assert "TOTP Authenticator (TOTP Authenticator), never used" in content
    assert "Recovery codes (" not in content
    assert "End all logins and access tokens" in content


def listed(administrators: Client, query: str) -> set[str]:
    content = administrators.get(f"/admin/accounts/user/?{query}").content.decode()
    return {name for name in ("alice", "bob", "carol") if f"{name}@example.org" in content}


def test_users_are_filtered_by_their_second_factor_and_last_login(administrators: Client, bob: User, carol: User) -> None:
    Authenticator.objects.create(user=bob, type="totp", data={})
    Authenticator.objects.create(user=carol, type="recovery_codes", data={})
    assert listed(administrators, "secured=yes") == {"bob"}
    assert listed(administrators, "secured=no") == {"alice", "carol"}
    User.objects.filter(pk=bob.pk).update(last_login="2020-01-01T00:00Z")
    assert listed(administrators, "signed_in=month") == {"alice"}
    assert listed(administrators, "signed_in=before") == listed(administrators, "signed_in=year") == {"bob"}
    assert listed(administrators, "signed_in=never") == {"carol"}
    assert listed(administrators, "signed_in=nonsense&secured=nonsense") == {"alice", "bob", "carol"}


def test_an_administrator_ends_all_logins_of_bob(administrators: Client, bob: User, bobs: Client) -> None:
    phone = browser(bob)
    answer = administrators.post(f"/admin/accounts/user/{bob.pk}/logins/end/", follow=True)
    assert "All logins and access tokens of 1 user have ended." in answer.content.decode()
    assert bobs.get("/profile").status_code == phone.get("/profile").status_code == 302
    assert LogEntry.objects.get().get_change_message() == "Ended all logins and revoked all access tokens."
    again = Client()
    again.post("/accounts/login/", {"login": bob.email, "password": PASSWORD})
    assert again.get("/profile").status_code == 200


def test_their_own_login_goes_on(administrators: Client, alice: User) -> None:
    elsewhere = browser(alice)
    administrators.post("/admin/accounts/user/", {"action": "end_logins", "_selected_action": [alice.pk]})
    assert administrators.get("/admin/accounts/user/").status_code == 200
    assert elsewhere.get("/profile").status_code == 302


def test_whoever_may_only_look_ends_no_login(bob: User, bobs: Client, carol: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    bob.user_permissions.add(Permission.objects.get(codename="view_user"))
    carols = browser(carol)
    url = f"/admin/accounts/user/{carol.pk}/logins/end/"
    assert b"End all logins" not in bobs.get(f"/admin/accounts/user/{carol.pk}/change/").content
    assert bobs.post(url).status_code == 403
    assert bobs.get(url).status_code == 405
    assert carols.get("/profile").status_code == 200
