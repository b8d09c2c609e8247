"""Tina teaches a course in Moodle, and Bob takes it. Both follow its link into its room. Mallory invents launches."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from lti.messages import CLAIM, MEMBERSHIP
from lti.models import Course, Platform
from rooms.models import AuditEntry, JoinLink, Room
from tests.lti.school import ISSUER, STUDENT, TEACHER, School, school

pytestmark = pytest.mark.django_db

ROLES = f"{CLAIM}roles"


@pytest.fixture
def moodle(settings: LazySettings) -> Iterator[School]:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    with school() as one:
        one.enroll()
        yield one


def test_the_teacher_opens_the_room_and_is_its_host(moodle: School) -> None:
    tina = Client()
    came = moodle.send(tina)
    assert (came.status_code, came["Location"].startswith("/join/")) == (302, True)
    room, link = Room.objects.get(), JoinLink.objects.get()
    assert (room.name, room.access, Course.objects.get().room) == ("Biology 7b", "members", room)
    assert (link.name, link.role) == ("Tina", "host")
    assert tina.post(came["Location"])["Location"] == f"/{room.slug}"
    assert tina.get(f"/{room.slug}").status_code == 200
    assert set(AuditEntry.objects.filter(actor_name="Moodle").values_list("action", flat=True)) == {"created", "vouched"}


def test_a_student_comes_as_a_member_into_the_same_room(moodle: School) -> None:
    early = moodle.send(Client(), **{ROLES: [STUDENT], "name": "Bob"})
    assert b"not open yet" in early.content and not Room.objects.exists()
    moodle.send(Client())
    bob = Client()
    came = moodle.send(bob, **{ROLES: [STUDENT], "name": "Bob"})
    bob.post(came["Location"])
    assert bob.get(f"/{Room.objects.get().slug}").status_code == 200
    assert {(link.name, link.role) for link in JoinLink.objects.all()} == {("Tina", "host"), ("Bob", "member")}


def test_courses_have_rooms_of_their_own_and_a_deleted_one_is_opened_again(moodle: School) -> None:
    for course in ("c1", "c2", "c1"):
        moodle.send(Client(), **{f"{CLAIM}context": {"id": course}})
    assert Room.objects.count() == 2
    Room.objects.all().delete()
    moodle.send(Client())
    assert Room.objects.count() == 1


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([STUDENT, TEACHER], "host"),
        ([f"{MEMBERSHIP}/Instructor#TeachingAssistant"], "host"),
        (["Instructor"], "host"),
        ([f"{MEMBERSHIP}#Learner"], "member"),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], "member"),
        ([7, None, {}], "member"),
        ("Instructor", "member"),
        (None, "member"),
    ],
    ids=str,
)
def test_only_who_teaches_the_course_is_a_host(moodle: School, roles: Any, role: str) -> None:
    moodle.send(Client())
    JoinLink.objects.all().delete()
    moodle.send(Client(), **{ROLES: roles})
    assert JoinLink.objects.get().role == role


def test_a_platform_that_tells_no_names_sends_people_all_the_same(moodle: School) -> None:
    moodle.send(Client(), name=None, **{f"{CLAIM}context": {"id": "c1"}})
    assert (Room.objects.get().name, JoinLink.objects.get().name) == ("Course", "Teacher")


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"iss": "https://evil.example.org"},
        {"aud": "another"},
        {"aud": ["conference", "another"]},
        {"azp": "another"},
        {"exp": 1},
        {"iat": 2**40},
        {"exp": None},
        {f"{CLAIM}version": "1.1"},
        {f"{CLAIM}message_type": "LtiDeepLinkingRequest"},
        {f"{CLAIM}deployment_id": None},
        {f"{CLAIM}context": None, f"{CLAIM}resource_link": "r1"},
        {f"{CLAIM}context": {"id": "c" * 256}},
        {f"{CLAIM}context": {"id": "\0"}},
    ],
    ids=str,
)
def test_a_launch_that_says_something_wrong_is_refused(moodle: School, changed: dict[str, Any]) -> None:
    refused = moodle.send(Client(), **changed)
    assert (refused.status_code, Room.objects.count(), JoinLink.objects.count()) == (400, 0, 0)


def test_mallory_signs_with_a_key_of_her_own(moodle: School) -> None:
    assert moodle.send(Client(), key=rsa.generate_private_key(public_exponent=65537, key_size=2048)).status_code == 400


def test_mallory_sends_no_token_and_one_without_a_signature(moodle: School) -> None:
    browser = Client()
    question = moodle.ask(browser)
    for token in ("", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."):
        assert browser.post("/lti/launch", {"state": question["state"], "id_token": token}).status_code == 400


def test_an_answer_counts_only_in_the_browser_that_was_asked_and_once(moodle: School) -> None:
    tina, mallory = Client(), Client()
    question = moodle.ask(tina)
    assert moodle.answer(mallory, question).status_code == 400
    assert moodle.answer(tina, question).status_code == 302
    assert moodle.answer(tina, question).status_code == 400
    assert tina.post("/lti/launch", {"state": "invented"}).status_code == 400


def test_the_cookie_comes_back_from_another_site(moodle: School) -> None:
    tina = Client()
    moodle.ask(tina)
    cookie = tina.cookies["lti"]
    assert (cookie["samesite"], cookie["secure"], cookie["httponly"]) == ("None", True, True)


def test_keys_are_fetched_again_when_the_platform_has_new_ones_but_not_for_everybody(moodle: School) -> None:
    moodle.send(Client())
    moodle.send(Client())
    assert moodle.asked == 1
    moodle.renew("second")
    assert moodle.send(Client()).status_code == 400
    Platform.objects.update(keys_at="2000-01-01T00:00Z")
    assert moodle.send(Client()).status_code == 302
    assert moodle.asked == 2


def test_keys_in_a_network_that_is_not_allowed_are_not_fetched(moodle: School, settings: LazySettings) -> None:
    settings.WEBHOOK_NETWORKS = []
    assert (moodle.send(Client()).status_code, moodle.asked) == (400, 0)


def test_an_unknown_disabled_or_other_platform_begins_nothing(moodle: School) -> None:
    known = {"iss": ISSUER, "login_hint": "7"}
    assert Client().post("/lti/login", known).status_code == 302
    for changed in (
        {"iss": "https://evil.example.org"},
        {"client_id": "another"},
        {"client_id": "\0"},
        {"iss": "\0"},
        {"login_hint": ""},
        {"login_hint": "x" * 5000},
    ):
        assert Client().get("/lti/login", {**known, **changed}).status_code == 400
    Platform.objects.update(deployments="2 3")
    assert moodle.send(Client()).status_code == 400
    question = moodle.ask(browser := Client())
    Platform.objects.update(enabled=False, deployments="")
    assert moodle.answer(browser, question).status_code == 400
    assert Client().get("/lti/login", known).status_code == 400


def test_an_administrator_sees_the_addresses_for_the_platform(admin_client: Client, moodle: School) -> None:
    page = admin_client.get(f"/admin/lti/platform/{Platform.objects.get().pk}/change/").content.decode()
    assert "http://testserver/lti/login" in page and "http://testserver/lti/launch" in page


def test_a_person_with_an_account_enters_as_themself(moodle: School, alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    came = moodle.send(browser)
    browser.post(came["Location"])
    assert JoinLink.objects.get().user == alice
