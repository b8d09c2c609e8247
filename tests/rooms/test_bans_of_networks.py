"""Mallory is banned and comes back as a guest: Alice keeps guests out who come from Mallory's network, for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from conference import cleaning
from rooms.models import AuditEntry, NetworkBan, Room
from tests.rooms.conftest import Enter, names
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

SCHOOL, HOME = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def bar(room: Room, prefix: str = SCHOOL, hours: int = 24) -> NetworkBan:
    return NetworkBan.objects.create(room=room, prefix=prefix, name="Mallory", ends_at=timezone.now() + timedelta(hours=hours))


def is_offered_to_join(client: Client, room: Room, address: str) -> bool:
    page = client.get(f"/{room.slug}", REMOTE_ADDR=address)
    assert page.status_code == 200
    return 'data-part="join">' in page.content.decode()


def audit() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "target"))


def test_alice_bans_a_network_and_lets_guests_wait(alices: Client, room: Room, enter: Enter) -> None:
    mallory = enter(room, "Mallory", "guest:m", prefix=SCHOOL)
    enter(room, "Carol", "guest:c", prefix=SCHOOL)
    assert alices.post(f"/{room.slug}/guests", {"network": mallory, "wait": "yes"}).status_code == 204
    ban = NetworkBan.objects.get()
    assert (ban.prefix, ban.name, ban.by) == (SCHOOL, "Guest Mallory", room.memberships.get(role="owner").user)
    assert timedelta(hours=23) < ban.ends_at - timezone.now() <= timedelta(days=1)
    room.refresh_from_db()
    assert room.waits == "guests"
    assert audit() == [("edited", "waits"), ("barred", "Guest Mallory")]
    assert names(room.pk) == ["Mallory", "Carol"], "nobody is sent out by it"


def test_once_more_is_once_and_for_longer(alices: Client, room: Room, enter: Enter) -> None:
    mallory = enter(room, "Mallory", "guest:m", prefix=SCHOOL)
    bar(room, hours=1)
    alices.post(f"/{room.slug}/guests", {"network": mallory})
    assert NetworkBan.objects.get().ends_at > timezone.now() + timedelta(hours=23)
    alices.post(f"/{room.slug}/guests", {"wait": "yes"})
    alices.post(f"/{room.slug}/guests", {"wait": "yes"})
    assert audit() == [("barred", "Guest Mallory"), ("edited", "waits")]


def test_guests_from_there_are_told_and_others_enter(client: Client, carols: Client, bobs: Client, room: Room) -> None:
    bar(room)
    barred = client.get(f"/{room.slug}", REMOTE_ADDR=SCHOOL).content.decode()
    assert "nobody without an account can enter this meeting from your network" in barred
    assert f'href="/accounts/login/?next=/{room.slug}"' in barred
    assert not is_offered_to_join(client, room, SCHOOL)
    assert is_offered_to_join(client, room, HOME)
    assert is_offered_to_join(carols, room, SCHOOL)
    assert is_offered_to_join(bobs, room, SCHOOL)
    assert is_offered_to_join(client, make_room(), SCHOOL)


def test_ipv6_is_banned_by_64(client: Client, room: Room) -> None:
    bar(room, "2001:db8:1:2::/64")
    assert not is_offered_to_join(client, room, "2001:db8:1:2:ffff::1")
    assert is_offered_to_join(client, room, "2001:db8:1:3::1")


def test_it_ends_by_itself_and_is_forgotten(client: Client, room: Room) -> None:
    bar(room, hours=-1)
    bar(room, HOME)
    assert is_offered_to_join(client, room, SCHOOL)
    cleaning.clean(timezone.now())
    assert [ban.prefix for ban in NetworkBan.objects.all()] == [HOME]


def test_the_passcode_comes_first(client: Client, alice: User) -> None:
    """Who does not know it learns nothing of the room."""
    room = make_room(alice, passcode="open sesame")
    bar(room)
    assert client.get(f"/{room.slug}", REMOTE_ADDR=SCHOOL)["Location"] == f"/{room.slug}/passcode"


def test_a_barred_guest_is_lent_no_relay(client: Client, room: Room) -> None:
    client.get(f"/{room.slug}", REMOTE_ADDR=SCHOOL)
    assert client.get(f"/{room.slug}/ice", REMOTE_ADDR=SCHOOL).status_code == 200
    bar(room)
    assert client.get(f"/{room.slug}/ice", REMOTE_ADDR=SCHOOL).status_code == 403


def test_alice_sees_it_and_takes_it_back(alices: Client, client: Client, room: Room) -> None:
    ban = bar(room)
    page = alices.get(f"/{room.slug}/people").content.decode()
    assert "People without an account from the network of Mallory" in page
    assert SCHOOL not in page
    assert alices.post(f"/{room.slug}/bans/network/{ban.pk}/lift").status_code == 302
    assert is_offered_to_join(client, room, SCHOOL)
    assert audit() == [("unbarred", "Mallory")]


def test_only_hosts_do_either(bobs: Client, mallorys: Client, client: Client, room: Room, enter: Enter) -> None:
    mallory = enter(room, "Mallory", "guest:m", prefix=SCHOOL)
    ban = bar(room, HOME)
    for path, fields, stranger in (
        (f"/{room.slug}/guests", {"network": mallory, "wait": "yes"}, 404),
        (f"/{room.slug}/bans/network/{ban.pk}/lift", {}, 302),
    ):
        assert [visitor.post(path, fields).status_code for visitor in (bobs, mallorys, client)] == [404, 404, stranger]
    assert [ban.prefix for ban in NetworkBan.objects.all()] == [HOME]
    room.refresh_from_db()
    assert room.waits == "nobody"


def test_a_host_does_not_bar_the_network_of_another_host(
    carols: Client, carol: User, alice: User, bob: User, enter: Enter
) -> None:
    room = make_room(alice, host=carol)
    another = enter(room, "Bob", f"user:{bob.pk}", role="host", prefix=SCHOOL)
    assert carols.post(f"/{room.slug}/guests", {"network": another}).status_code == 403
    assert not NetworkBan.objects.exists()


def test_who_has_left_or_whose_network_is_unknown_is_not_banned_by_it(alices: Client, room: Room, enter: Enter) -> None:
    known_to_nobody = enter(room, "Mallory", "guest:m")
    for participant in ("gone", "", known_to_nobody):
        assert alices.post(f"/{room.slug}/guests", {"network": participant}).status_code == 404
    assert not NetworkBan.objects.exists()


def test_where_all_have_the_address_of_the_proxy_it_is_not_offered(alices: Client, room: Room, settings: Settings) -> None:
    assert b'name="network"' in alices.get(f"/{room.slug}").content
    settings.HTTPS = True
    assert b'name="network"' not in alices.get(f"/{room.slug}").content
    bar(room, "127.0.0.1")
    assert is_offered_to_join(Client(), room, "127.0.0.1")
    settings.CLIENT_IP_HEADER = "X-Real-IP"
    assert b'name="network"' in alices.get(f"/{room.slug}", headers={"X-Real-IP": HOME}).content


def test_administrators_see_it_and_take_it_back(admin_client: Client, client: Client, room: Room) -> None:
    first, second = bar(room), bar(room, HOME)
    assert SCHOOL in admin_client.get("/admin/rooms/networkban/").content.decode()
    assert SCHOOL in admin_client.get(f"/admin/rooms/room/{room.pk}/change/").content.decode()
    admin_client.post(f"/admin/rooms/networkban/{first.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    admin_client.post("/admin/rooms/networkban/", chosen)
    assert audit() == [("unbarred", "Mallory")] * 2
    assert is_offered_to_join(client, room, SCHOOL)
