from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from rooms import commands, invitations
from rooms.invitations import LIMIT
from rooms.models import AuditEntry, Ban, Invitation, Membership, Room
from tests.cast import person
from tests.mail_server import mail_server
from tests.rooms.scenes import make_room
from tests.working import work_off

pytestmark = pytest.mark.django_db


DAVE = {"email": "dave@example.org", "password1": "correct horse battery", "display_name": "Dave"}


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def link(alices: Client, room: Room) -> str:
    """Where the link leads with which Carol is invited."""
    alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"})
    return shown(alices, room)


def shown(alices: Client, room: Room) -> str:
    """The link on Alice's page."""
    found = re.search(r'value="http://testserver(/invitation/[^"]+)"', alices.get(f"/{room.slug}/invite").content.decode())
    assert found is not None
    return found[1]


@pytest.fixture(autouse=True)
def _mails(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://mail.example.org"


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
    assert "Invite a member" not in page


def test_alice_invites_carol_by_mail(alices: Client, room: Room, carol: User, carols: Client, mailoutbox: list[object]) -> None:
    answer = alices.post(f"/{room.slug}/invite", {"email": "Carol@example.org"})
    assert (answer.status_code, answer["Location"]) == (302, f"/{room.slug}/invite")
    assert mailoutbox == []
    work_off()
    (mail,) = mailoutbox
    assert getattr(mail, "to", None) == ["carol@example.org"]
    assert getattr(mail, "subject", None) == "Invitation to a meeting on localhost"
    assert "“Alice” (alice@example.org) invites you" in getattr(mail, "body", "")
    assert "They call the room “Weekly”." in getattr(mail, "body", "")
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


def test_carol_declines(link: str, room: Room, carol: User, carols: Client) -> None:
    assert 'name="decline"' in carols.get(link).content.decode()
    answer = carols.post(link, {"decline": "yes"}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "You have declined the invitation." in answer.content.decode()
    assert "Weekly" not in answer.content.decode()
    assert not Membership.objects.filter(room=room, user=carol).exists()
    assert [carols.get(link).status_code, carols.post(link, {"decline": "yes"}).status_code] == [404, 404]
    assert audit()[-1] == ("Carol", "declined", "carol@example.org")


def test_declining_takes_no_account(link: str, client: Client) -> None:
    assert 'name="decline"' in client.get(link).content.decode()
    assert client.post(link, {"decline": "yes"})["Location"] == "/"
    assert not Invitation.objects.exists()
    assert "invitation" not in client.session
    assert audit()[-1] == ("", "declined", "carol@example.org")


def test_looking_at_an_invitation_declines_nothing(link: str, client: Client) -> None:
    """As programs do that follow the links of a mail."""
    client.get(f"{link}?decline=yes")
    client.post(link)
    assert Invitation.objects.exists()


def test_inviting_again_renews_the_link(link: str, alices: Client, room: Room, carols: Client) -> None:
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert carols.get(link).status_code == 404
    alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"})
    assert Invitation.objects.count() == 1
    assert carols.post(link).status_code == 302


def test_a_link_dies_of_age(link: str, carols: Client) -> None:
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=15))
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
    commands.accept(person("Carol"), Invitation.objects.get())


@pytest.mark.parametrize("end", [withdraw, accept])
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


@pytest.mark.parametrize(("answer", "said"), [("550", "refused this address"), ("", "cannot be reached")])
def test_a_mail_that_cannot_be_sent_harms_no_link_and_is_said(
    link: str, alices: Client, carols: Client, room: Room, settings: Settings, answer: str, said: str
) -> None:
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server(answer) as (port, _got):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port if answer else 1
        alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"})
        work_off()
    assert said in alices.get(f"/{room.slug}/invite").content.decode()
    assert carols.post(link).status_code == 302


def test_a_mail_carries_nothing_that_mallory_made_a_link(mallorys: Client, mallory: User, mailoutbox: list[object]) -> None:
    room = make_room(mallory, name="Log in at https://evil.example/x now, or pay@evil.example " + "!")
    mallory.display_name = "www.evil.example"
    mallory.save()
    EmailAddress.objects.filter(user=mallory).update(verified=False)
    mallorys.post(f"/{room.slug}/invite", {"email": "carol@example.org"})
    work_off()
    text = getattr(mailoutbox[0], "subject", "") + getattr(mailoutbox[0], "body", "")
    assert "evil.example" not in text and "//evil" not in text
    assert "Somebody who signed up as “www evil example” invites you" in text
    assert "not verified" in text


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("Dr. Smith’s class", "Dr. Smith’s class"),
        ("evil．example", "evil example"),
        ("a\r\nBcc: x@y.example", "a Bcc: x y example"),
        ("\u2800\u3164", ""),
        ("x" * 64, "x" * 39 + "…"),
        ("<b>", "b"),
    ],
)
def test_a_name_is_quoted_as_text(name: str, quoted: str) -> None:
    assert invitations.quotable(name) == quoted


def test_carol_gets_no_more_than_five_mails_a_day_from_all_together(
    alice: User, alices: Client, mallory: User, mallorys: Client, mailoutbox: list[object]
) -> None:
    for client, owner in ((alices, alice), (mallorys, mallory)):
        rooms = [make_room(owner) for _ in range(4)]
        for room in rooms:
            page = client.post(f"/{room.slug}/invite", {"email": "carol@example.org"}, follow=True)
    work_off()
    assert len(mailoutbox) == 5
    assert "gets no more mail today" in page.content.decode()


def test_without_a_mail_server_a_host_hands_the_link_over(
    alices: Client, carols: Client, room: Room, settings: Settings, mailoutbox: list[object]
) -> None:
    settings.EMAIL_URL = ""
    page = alices.post(f"/{room.slug}/invite", {"email": "carol@example.org"}, follow=True)
    assert "hand it over yourself" in page.content.decode()
    assert mailoutbox == []
    assert carols.post(shown(alices, room)).status_code == 302


def test_the_answer_does_not_tell_who_has_an_account(alices: Client, room: Room, carol: User) -> None:
    def answer(email: str) -> str:
        page = alices.post(f"/{room.slug}/invite", {"email": email}, follow=True).content.decode()
        Invitation.objects.all().delete()
        said = re.search(r"<main.*</main>", page, re.DOTALL)
        assert said is not None
        return re.sub(r'invitation/[^"]+|invitations/\d+|(value|datetime)="[^"]*"', "", said[0].replace(email, "…"))

    assert answer("carol@example.org") == answer("nobody@example.org")


def test_the_boss_is_not_whoever_signed_up_with_that_address(alices: Client, room: Room, client: Client) -> None:
    squatter = {"email": "boss@company.example", "display_name": "The boss", "password1": "correct horse battery"}
    client.post("/accounts/signup/", squatter)
    room.access = "members"
    room.save()
    alices.post(f"/{room.slug}/invite", {"email": "boss@company.example"})
    assert not Membership.objects.filter(user__email="boss@company.example").exists()
    assert "Weekly" not in client.get("/").content.decode()
    assert client.get(f"/{room.slug}").status_code == 404


def test_carol_finds_her_invitation_at_home(link: str, carol: User, carols: Client, mallorys: Client) -> None:
    always, _, _when_made = link.partition(":")
    assert always in carols.get("/").content.decode()
    assert always not in mallorys.get("/").content.decode()
    EmailAddress.objects.filter(user=carol).update(verified=False)
    assert always not in carols.get("/").content.decode()


def test_who_uses_the_address_of_a_member_unverified_does_not_keep_its_owner_out(alices: Client, room: Room, bob: User) -> None:
    EmailAddress.objects.filter(user=bob).update(verified=False)
    assert alices.post(f"/{room.slug}/invite", {"email": bob.email}).status_code == 302


def test_nobody_floods_mailboxes(alices: Client, room: Room, mailoutbox: list[object]) -> None:
    answers = [
        alices.post(f"/{room.slug}/invite", {"email": f"p{number}@example.org"}).status_code for number in range(LIMIT.count + 1)
    ]
    assert answers[-2:] == [302, 429]
    work_off()
    assert len(mailoutbox) == LIMIT.count


def test_members_and_strangers_invite_nobody(bobs: Client, mallorys: Client, room: Room, mailoutbox: list[object]) -> None:
    assert bobs.post(f"/{room.slug}/invite", {"email": "carol@example.org"}).status_code == 403
    assert mallorys.post(f"/{room.slug}/invite", {"email": "carol@example.org"}).status_code == 404
    assert mailoutbox == []
