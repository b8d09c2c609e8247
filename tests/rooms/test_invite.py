from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db.models.signals import pre_save
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms import actions
from rooms.models import AuditEntry, Ban, Invitation, Membership, Room
from rooms.views.invitations import MAILS
from tests.cast import person
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


DAVE = {"email": "dave@example.org", "password1": "correct horse battery", "display_name": "Dave"}


class Refusing:
    """A mail server that takes nothing."""

    def __init__(self, **options: object) -> None:
        pass

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def link(alices: Client, room: Room, mailoutbox: list[object]) -> str:
    """Where the mail to Carol leads."""
    alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"})
    return path_in(mailoutbox[-1])


def path_in(mail: object) -> str:
    found = re.search(r"http://testserver(/invitation/\S+)", getattr(mail, "body", ""))
    assert found is not None
    return found[1]


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("actor_name", "action", "target").order_by("pk"))


def test_bob_shares_the_link(bobs: Client, room: Room) -> None:
    page = bobs.get(f"/{room.slug}/invite").content.decode()
    assert f"http://testserver/{room.slug}" in page
    assert f'src="/{room.slug}/qr.svg"' in page
    assert "Invite by e-mail" not in page


def test_alice_invites_carol_by_mail(alices: Client, room: Room, carol: User, carols: Client, mailoutbox: list[object]) -> None:
    answer = alices.post(f"/{room.slug}/invite", {"email": "Carol@example.org"})
    assert (answer.status_code, answer["Location"]) == (302, f"/{room.slug}/invite")
    (mail,) = mailoutbox
    assert getattr(mail, "to", None) == ["carol@example.org"]
    assert getattr(mail, "subject", None) == "Invitation to “Weekly”"
    assert "Alice invites you to the meeting room “Weekly”." in getattr(mail, "body", "")
    path = path_in(mail)
    assert b"Accept and enter" in carols.get(path).content
    assert not Membership.objects.filter(user=carol).exists()
    answer = carols.post(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/{room.slug}")
    assert Membership.objects.get(user=carol).role == "member"
    assert audit() == [("Alice", "invited", "carol@example.org"), ("Carol", "accepted", "carol@example.org")]


def test_a_link_works_once(link: str, carols: Client, mallorys: Client) -> None:
    assert carols.post(link).status_code == 302
    assert mallorys.get(link).status_code == 404
    assert mallorys.post(link).status_code == 404


def test_a_withdrawn_link_is_dead(link: str, alices: Client, room: Room, carols: Client) -> None:
    invitation = Invitation.objects.get()
    assert alices.post(f"/{room.slug}/invitations/{invitation.pk}/withdraw").status_code == 302
    assert carols.post(link).status_code == 404
    assert audit()[-1] == ("Alice", "withdrew", "carol@example.org")


def test_inviting_again_kills_the_earlier_link(
    link: str, alices: Client, room: Room, carols: Client, mailoutbox: list[object]
) -> None:
    alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"})
    assert carols.post(link).status_code == 404
    assert carols.post(path_in(mailoutbox[-1])).status_code == 302


def test_a_link_dies_of_age(link: str, carols: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    in_fifteen_days = __import__("time").time() + 15 * 24 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: in_fifteen_days)
    assert carols.get(link).status_code == 404


def test_forged_used_and_old_links_look_alike(carols: Client, link: str) -> None:
    forged = [
        carols.get(f"/invitation/{token}") for token in ("x", "MQ:1abc:forged", "%F0%9F%90%88", link.rpartition("/")[2][:-1])
    ]
    assert {page.status_code for page in forged} == {404}
    assert len({re.sub(rb'value="[^"]*"', b"", page.content) for page in forged}) == 1


def test_who_is_kept_out_is_not_let_in_by_mail(link: str, room: Room, carol: User, carols: Client) -> None:
    Ban.objects.create(room=room, user=carol, name="Carol")
    assert carols.post(link).status_code == 404
    assert not Membership.objects.filter(user=carol).exists()


def test_accepting_keeps_a_higher_role(link: str, alice: User, alices: Client, room: Room) -> None:
    assert alices.post(link).status_code == 302
    assert Membership.objects.get(user=alice).role == "owner"


def test_a_visitor_may_log_in_or_sign_up(link: str, client: Client) -> None:
    page = client.get(link).content.decode()
    assert f"/accounts/signup/?next=/{Room.objects.get().slug}" in page
    assert f"/accounts/login/?next={link.replace(':', '%3A')}" in page
    assert client.post(link).status_code == 200
    assert Membership.objects.count() == 2


def test_an_invitation_opens_sign_up(link: str, client: Client, settings: Settings) -> None:
    settings.SIGNUP = "invitation"
    assert b"password1" not in client.get("/accounts/signup/").content
    assert "/accounts/signup/" in client.get(link).content.decode()
    assert b"password1" in client.get("/accounts/signup/").content
    assert client.post("/accounts/signup/", {**DAVE, "next": "/"})["Location"] == "/"
    assert Membership.objects.filter(user__email="dave@example.org", role="member").exists()
    assert "invitation" not in client.session
    assert audit()[-1] == ("dave@example.org", "accepted", "carol@example.org")


def test_an_invitation_makes_one_account(link: str, client: Client, settings: Settings) -> None:
    settings.SIGNUP = "invitation"
    other = Client()
    for browser in (client, other):
        browser.get(link)
    client.post("/accounts/signup/", DAVE)
    assert other.get(link).status_code == 404
    assert b"password1" not in other.get("/accounts/signup/").content
    other.post("/accounts/signup/", {**DAVE, "email": "erin@example.org"})
    client.post("/accounts/logout/")
    client.get(link)
    client.post("/accounts/signup/", {**DAVE, "email": "erin@example.org"})
    assert not User.objects.filter(email="erin@example.org").exists()


def test_of_two_who_sign_up_at_once_one_does(link: str, client: Client, settings: Settings) -> None:
    def overtake(**_: object) -> None:
        Invitation.objects.all().delete()

    settings.SIGNUP = "invitation"
    client.get(link)
    pre_save.connect(overtake, sender=User)
    try:
        assert client.post("/accounts/signup/", DAVE).status_code == 403
    finally:
        pre_save.disconnect(overtake, sender=User)
    assert not User.objects.filter(email="dave@example.org").exists()


def test_where_sign_up_is_open_it_accepts_too(link: str, client: Client) -> None:
    client.get(link)
    client.post("/accounts/signup/", DAVE)
    assert Membership.objects.filter(user__email="dave@example.org").exists()
    assert not Invitation.objects.exists()


def withdraw(alices: Client) -> None:
    invitation = Invitation.objects.get()
    alices.post(f"/{invitation.room.slug}/invitations/{invitation.pk}/withdraw")


def accept(alices: Client) -> None:
    actions.accept(person("Carol"), Invitation.objects.get())


def invite_again(alices: Client) -> None:
    alices.post(f"/{Room.objects.get().slug}/invite", {"email": "carol@example.org"})


@pytest.mark.parametrize("end", [withdraw, accept, invite_again])
@pytest.mark.parametrize("followed", ["before", "after"])
def test_a_dead_invitation_opens_nothing(
    link: str, client: Client, alices: Client, settings: Settings, end: Callable[[Client], None], followed: str
) -> None:
    settings.SIGNUP = "invitation"
    if followed == "before":
        client.get(link)
    end(alices)
    if followed == "after":
        client.get(link)
    assert b"/accounts/signup/" not in client.get("/accounts/login/").content
    assert b"password1" not in client.get("/accounts/signup/").content
    client.post("/accounts/signup/", DAVE)
    assert not User.objects.filter(email="dave@example.org").exists()


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("bob@example.org", "already belongs to the room"),
        ("nobody", "Enter a valid email address"),
        ("a@b.c\nBcc: x@y.z", "Enter a valid"),
    ],
)
def test_mistakes_are_said_beside_the_field(alices: Client, room: Room, mailoutbox: list[object], email: str, said: str) -> None:
    page = alices.post(f"/{room.slug}/invite", {"email": email})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert mailoutbox == []


def test_a_mail_that_cannot_be_sent_invites_nobody(alices: Client, room: Room, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.rooms.test_invite.Refusing"
    page = alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"})
    assert page.status_code == 422
    assert b"The mail could not be sent." in page.content
    assert not Invitation.objects.exists()


def test_nobody_floods_mailboxes(alices: Client, room: Room, mailoutbox: list[object]) -> None:
    answers = [alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"}).status_code for _ in range(MAILS.count + 1)]
    assert answers[-2:] == [302, 429]
    assert len(mailoutbox) == MAILS.count


def test_members_and_strangers_invite_nobody(bobs: Client, mallorys: Client, room: Room, mailoutbox: list[object]) -> None:
    assert bobs.post(f"/{room.slug}/invite", {"email": "carol@example.org"}).status_code == 403
    assert mallorys.post(f"/{room.slug}/invite", {"email": "carol@example.org"}).status_code == 404
    assert mailoutbox == []
