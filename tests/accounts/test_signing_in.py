from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.dispatch import Signal
from django.test import Client, override_settings
from pytest_django import Settings

from accounts import devices, guesses
from accounts.models import User
from accounts.signals import enrolled, invited
from tests.cast import PASSWORD

FORM = {"display_name": "Bob", "email": "Bob@example.org", "password1": PASSWORD}


def test_bob_signs_up_and_is_in(client: Client, db: None) -> None:
    response = client.post("/accounts/signup/", FORM, follow=True)
    assert response.context["user"].is_authenticated
    bob = User.objects.get()
    assert (bob.email, bob.display_name, bob.is_staff) == ("bob@example.org", "Bob", False)


def test_bob_signs_in_with_his_address_in_any_case(client: Client, bob: User) -> None:
    client.post("/accounts/login/", {"login": "BOB@example.org", "password": PASSWORD})
    assert client.get("/profile").status_code == 200


def test_signing_in_changes_the_cookie(client: Client, bob: User) -> None:
    client.session["before"] = True
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    client.post("/accounts/login/", {"login": "bob@example.org", "password": PASSWORD})
    assert client.session.session_key != before


def test_a_wrong_password_keeps_the_address(client: Client, bob: User) -> None:
    html = client.post("/accounts/login/", {"login": "bob@example.org", "password": "wrong"}).content.decode()
    assert 'value="bob@example.org"' in html
    assert 'role="alert"' in html


def sign_in(client: Client, password: str = PASSWORD, address: str = "192.0.2.1", login: str = "bob@example.org") -> bool:
    """Whether that let them in."""
    form = {"login": login, "password": password}
    return client.post("/accounts/login/", form, REMOTE_ADDR=address).wsgi_request.user.is_authenticated


def test_mallory_cannot_go_on_guessing(client: Client, bob: User) -> None:
    for _ in range(10):
        sign_in(client, "guess")
    assert not sign_in(client)


def test_mallory_does_not_shut_bob_out(bob: User) -> None:
    """Not from another network, and not from the same one where bob has signed in before."""
    bobs = Client()
    assert sign_in(bobs)
    bobs.post("/accounts/logout/")
    for _ in range(11):
        sign_in(Client(), "guess")
    assert sign_in(Client(), address="203.0.113.5")
    assert sign_in(bobs)


def test_however_many_guess_bob_gets_in(bob: User) -> None:
    for number in range(guesses.CROWD):
        guesses.Guess(guesses.elsewhere("account:bob@example.org", f"198.51.{number}.1"))
    assert not any(sign_in(Client(), "guess", "198.51.7.9") for _ in range(guesses.FEW))
    assert not sign_in(Client(), address="198.51.7.9")
    assert sign_in(Client(), address="203.0.113.5")


def test_one_address_cannot_try_every_account(bob: User, settings: Settings) -> None:
    settings.LOGIN_FAILURES_PER_ADDRESS = 5
    for number in range(6):
        sign_in(Client(), "guess", login=f"{number}@example.org")
    assert not sign_in(Client())
    assert sign_in(Client(), address="192.0.2.2")


def test_a_known_browser_is_bounded_too_and_known_for_one_account(bob: User, carol: User) -> None:
    bobs = Client()
    assert sign_in(bobs)
    bobs.post("/accounts/logout/")
    for _ in range(10):
        sign_in(bobs, "guess")
    assert not sign_in(bobs)
    assert devices.find({"device": bobs.cookies["device"].value}, "carol@example.org") == ""
    assert devices.find({"device": "made.up"}, "bob@example.org") == ""


def test_a_school_signs_up_from_one_address(db: None) -> None:
    for number in range(25):
        Client().post("/accounts/signup/", {**FORM, "email": f"{number}@example.org"})
    assert User.objects.count() == 25


def test_a_name_with_hidden_letters_is_refused(client: Client, db: None) -> None:
    response = client.post("/accounts/signup/", {**FORM, "display_name": "B\u202eob"})
    assert b"visible characters" in response.content
    assert not User.objects.exists()


def test_signing_out_is_a_post(bobs: Client) -> None:
    bobs.get("/accounts/logout/")
    assert bobs.get("/profile").status_code == 200
    bobs.post("/accounts/logout/")
    assert bobs.get("/profile").status_code == 302


def test_bob_forgets_his_password(client: Client, bob: User) -> None:
    client.post("/accounts/password/reset/", {"email": "bob@example.org"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "another good one 42", "password2": "another good one 42"})
    bob.refresh_from_db()
    assert bob.check_password("another good one 42")


def test_an_unknown_address_is_answered_alike(client: Client, bob: User) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": f"{name}@example.org"}) for name in ("bob", "nobody")]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]


def test_bob_changes_his_password_and_stays(bobs: Client, bob: User) -> None:
    new = {"oldpassword": PASSWORD, "password1": "another good one 42", "password2": "another good one 42"}
    bobs.post("/accounts/password/change/", new)
    bob.refresh_from_db()
    assert bob.check_password("another good one 42")
    assert bobs.get("/profile").status_code == 200


@pytest.mark.parametrize("signup", ["invitation", "closed"])
def test_a_stranger_is_not_offered_an_account(client: Client, db: None, signup: str) -> None:
    with override_settings(SIGNUP=signup):
        assert b"/accounts/signup/" not in client.get("/accounts/login/").content
        assert b"by invitation" in client.get("/accounts/signup/").content
        client.post("/accounts/signup/", FORM)
    assert not User.objects.exists()


@pytest.fixture
def invite() -> Iterator[Callable[..., None]]:
    """Answer what accounts ask about invitations, in place of ``rooms``."""
    answering: list[tuple[Signal, Callable[..., bool]]] = []

    def invite(*, good: bool, used: bool) -> None:
        for signal, answer in ((invited, good), (enrolled, used)):
            answering.append((signal, lambda answer=answer, **_: answer))
            signal.connect(answering[-1][1])

    yield invite
    for signal, receiver in answering:
        signal.disconnect(receiver)


def test_an_invited_person_is(client: Client, db: None, invite: Callable[..., None]) -> None:
    invite(good=True, used=True)
    with override_settings(SIGNUP="invitation"):
        assert b"/accounts/signup/" in client.get("/accounts/login/").content
        client.post("/accounts/signup/", FORM)
    assert User.objects.get().email == "bob@example.org"


def test_an_invitation_that_somebody_else_has_used_makes_no_account(
    client: Client, db: None, invite: Callable[..., None]
) -> None:
    invite(good=True, used=False)
    with override_settings(SIGNUP="invitation"):
        assert client.post("/accounts/signup/", FORM).status_code == 403
    assert not User.objects.exists()


def test_an_invitation_does_not_open_what_is_closed(client: Client, db: None, invite: Callable[..., None]) -> None:
    invite(good=True, used=True)
    with override_settings(SIGNUP="closed"):
        client.post("/accounts/signup/", FORM)
    assert not User.objects.exists()


def test_sign_up_answers_alike_for_an_address_that_has_an_account(client: Client, bob: User) -> None:
    with override_settings(ACCOUNT_EMAIL_VERIFICATION="mandatory"):
        answers = [Client().post("/accounts/signup/", {**FORM, "email": f"{name}@example.org"}) for name in ("bob", "nobody")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/accounts/confirm-email/")] * 2
    assert [sent.to for sent in mail.outbox] == [["bob@example.org"], ["nobody@example.org"]]
