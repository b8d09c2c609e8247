from __future__ import annotations

from django.core.management import call_command
from django.test import Client

from accounts import addresses, setup
from accounts.models import SetupLink, User
from tests.cast import PASSWORD

FORM = {"display_name": "Alice", "email": "Alice@example.org", "password": PASSWORD}


def token() -> str:
    token = setup.issue()
    assert token
    return token


def test_alice_becomes_the_administrator(client: Client, db: None) -> None:
    path = f"/setup/{token()}"
    assert b"Make the first account" in client.get(path).content
    response = client.post(path, FORM)
    assert response.status_code == 302
    alice = User.objects.get()
    assert (alice.email, alice.display_name, alice.is_superuser, alice.is_staff) == ("alice@example.org", "Alice", True, True)
    assert addresses.is_verified(alice)
    assert client.get("/admin/").status_code == 200
    assert alice.check_password(PASSWORD)


def test_the_link_works_once(client: Client, db: None) -> None:
    path = f"/setup/{token()}"
    client.post(path, FORM)
    response = Client().post(path, {**FORM, "email": "mallory@example.org"})
    assert response.status_code == 404
    assert User.objects.count() == 1


def test_of_two_at_once_one_is_made(db: None) -> None:
    link = token()

    def alice() -> User:
        return User.objects.create_superuser("alice@example.org", PASSWORD, display_name="Alice")

    assert setup.redeem(link, alice)
    assert setup.redeem(link, alice) is None


def test_a_newer_link_ends_the_older_one(client: Client, db: None) -> None:
    older = token()
    assert client.get(f"/setup/{token()}").status_code == 200
    assert client.get(f"/setup/{older}").status_code == 404


def test_a_stranger_who_signs_up_first_does_not_end_it(client: Client, db: None) -> None:
    link = token()
    User.objects.create_user("mallory@example.org", PASSWORD)
    assert client.get(f"/setup/{link}").status_code == 200


def test_an_administrator_from_elsewhere_ends_it(client: Client, db: None, alice: User) -> None:
    User.objects.all().delete()
    link = token()
    User.objects.create_superuser("bob@example.org", PASSWORD)
    assert client.get(f"/setup/{link}").status_code == 404
    assert setup.redeem(link, lambda: alice) is None
    assert setup.issue() is None


def test_mallory_guesses(client: Client, db: None) -> None:
    token()
    assert client.post("/setup/guess", FORM).status_code == 404
    assert not User.objects.exists()


def test_the_token_itself_is_not_kept(db: None) -> None:
    link = token()
    assert link not in SetupLink.objects.get().digest


def test_what_was_typed_stays_and_the_fault_is_beside_it(client: Client, db: None) -> None:
    html = client.post(f"/setup/{token()}", {**FORM, "password": "alice"}).content.decode()
    assert 'value="Alice@example.org"' in html
    assert 'id="id_password_error"' in html and 'aria-invalid="true"' in html
    assert not User.objects.exists()


def test_the_command_prints_it_until_there_is_an_administrator(db: None, capsys) -> None:  # type: ignore[no-untyped-def]
    call_command("setup_link")
    assert "/setup/" in capsys.readouterr().out
    User.objects.create_superuser("alice@example.org", PASSWORD)
    call_command("setup_link")
    assert capsys.readouterr().out == ""
