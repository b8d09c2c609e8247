"""The end of a login closes its sockets. Alice stays in the meeting, Bob has a tab at his desk and one on his phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts import logins
from accounts.models import Login, User
from rooms.models import Room
from rooms.passcodes import grant
from signaling import process
from tests.cast import PASSWORD
from tests.conftest import browser
from tests.redis_server import redis_url as redis_url
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, cookie, from_database, two_workers

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "another good one 42"


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob, passcode="secret")


@pytest.fixture
def phone(bob: User) -> Client:
    """Bob's other login."""
    return browser(bob)


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with two_workers(redis_url) as running:
        process.use(running[0])
        yield running
        process.use(None)


Tabs = tuple[Tab, Tab, Tab]


@pytest.fixture
async def tabs(stage: Stage, room: Room, alices: Client, bobs: Client, phone: Client) -> Tabs:
    """Alice's, the one at Bob's desk and the one on his phone: both on another worker than the pages."""
    tabs = [Tab(stage[1], room.slug, cookie(client)) for client in (alices, bobs, phone)]
    for tab in tabs:
        await tab.join()
    for tab in tabs:
        await remains(tab)  # and its join is over
    return tabs[0], tabs[1], tabs[2]


async def remains(tab: Tab) -> None:
    """The tab is still in the meeting, whatever it has received."""
    tab.send({"type": "signal", "to": "nobody", "connection": "c", "negotiation": 1, "candidate": {"candidate": ""}})
    while (await tab.receive())["type"] != "refused":
        pass


def deactivate(user: User) -> None:
    user.is_active = False
    user.save()


async def test_signing_out_closes_the_sockets_of_that_login(tabs: Tabs, bobs: Client) -> None:
    alice, desk, phone = tabs
    await from_database(lambda: bobs.post("/accounts/logout/"))
    assert await desk.closed() == 4401
    for tab in (alice, phone):
        await remains(tab)


async def test_a_login_keeps_its_name_while_its_session_changes_keys(tabs: Tabs, bobs: Client, room: Room) -> None:
    def give_passcode() -> None:
        session = bobs.session
        grant(session, room)
        session.save()
        bobs.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)

    _alice, desk, phone = tabs
    await from_database(give_passcode)
    await from_database(lambda: bobs.post("/accounts/logout/"))
    assert await desk.closed() == 4401
    await remains(phone)


async def test_a_new_password_closes_those_of_the_other_logins(tabs: Tabs, bobs: Client) -> None:
    alice, desk, phone = tabs
    new = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    await from_database(lambda: bobs.post("/accounts/password/change/", new))
    assert await phone.closed() == 4401
    for tab in (alice, desk):
        await remains(tab)
    assert (await from_database(lambda: bobs.get("/profile"))).status_code == 200


async def test_a_password_that_is_reset_closes_all(tabs: Tabs, bobs: Client) -> None:
    def reset() -> None:
        bobs.post("/accounts/password/reset/", {"email": "bob@example.org"})
        link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
        assert link
        form = bobs.get(link[1], follow=True)
        bobs.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    alice, desk, phone = tabs
    await from_database(reset)
    assert [await tab.closed() for tab in (desk, phone)] == [4401, 4401]
    await remains(alice)


async def test_a_password_that_an_administrator_sets_closes_all(tabs: Tabs, alices: Client, alice: User, bob: User) -> None:
    def reset() -> None:
        User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
        new = {"password1": NEW, "password2": NEW, "usable_password": "true"}
        assert alices.post(f"/admin/accounts/user/{bob.pk}/password/", new).status_code == 302

    alice_tab, desk, phone = tabs
    await from_database(reset)
    assert [await tab.closed() for tab in (desk, phone)] == [4401, 4401]
    await remains(alice_tab)


async def test_a_disabled_account_has_no_sockets(
    tabs: Tabs, alices: Client, alice: User, bob: User, room: Room, bobs: Client
) -> None:
    def disable() -> None:
        User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
        form = {"email": bob.email, "display_name": bob.display_name}
        assert alices.post(f"/admin/accounts/user/{bob.pk}/change/", form).status_code == 302

    alice_tab, desk, phone = tabs
    await from_database(disable)
    assert [await tab.closed() for tab in (desk, phone)] == [4401, 4401]
    await remains(alice_tab)
    again = Tab(desk.worker, room.slug, cookie(bobs))
    assert ((await again.join())["code"], await again.closed()) == ("closed", 4403)


@pytest.mark.parametrize("end", [deactivate, User.delete], ids=["disabled", "deleted"])
async def test_what_is_taken_back_ends_nothing(tabs: Tabs, bob: User, end: Callable[[User], Any]) -> None:
    def half() -> None:
        with transaction.atomic():
            end(User.objects.get(pk=bob.pk))
            transaction.set_rollback(True)

    _alice, desk, phone = tabs
    await from_database(half)
    for tab in (desk, phone):
        await remains(tab)
    await from_database(lambda: end(User.objects.get(pk=bob.pk)))
    assert [await tab.closed() for tab in (desk, phone)] == [4401, 4401]


async def test_another_name_ends_nothing(tabs: Tabs, bobs: Client) -> None:
    await from_database(lambda: bobs.post("/profile", {"display_name": "Robert"}))
    for tab in tabs:
        await remains(tab)


async def test_a_lost_redis_does_not_keep_anybody_signed_in(bobs: Client, settings: Settings) -> None:
    settings.EMBEDDED, settings.REDIS_URL = False, "redis://127.0.0.1:9/0"
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [settings.REDIS_URL]}}
    settings.CHANNEL_LAYERS = {"default": layer}
    assert (await from_database(lambda: bobs.post("/accounts/logout/"))).status_code == 302
    assert (await from_database(lambda: bobs.get("/profile"))).status_code == 302


def test_a_login_that_goes_on_keeps_its_name(db: None) -> None:
    session = SessionStore()
    assert logins.of(session) == ""
    logins.name(session)
    before = logins.of(session)
    logins.name(session)
    assert before == logins.of(session) != ""


def test_a_worker_whose_clock_is_ahead_ends_no_login(bob: User, wrong_clock: None) -> None:
    Login.objects.create(name="desk", user=bob)
    logins.keep("phone", bob.pk)
    assert logins.going_on(["desk", "phone"]) == {"desk", "phone"}
