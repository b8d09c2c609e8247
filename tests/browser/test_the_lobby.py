from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from rooms.models import Room
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, Person, eventually
from tests.browser.test_pages_fit import BEYOND


def waits(cast: Cast, room: Room, name: str, note: str = "", **options: Any) -> Person:
    person = cast.guest(name, **options)
    person.arrive(room.slug)
    person.ask_to_join()
    expect(person.page.get_by_role("heading", name="You have knocked")).to_be_focused()
    if note:
        person.page.get_by_label("A note for the hosts").fill(note)
        person.page.keyboard.press("Enter")
        expect(person.page.get_by_text("see your note")).to_be_visible()
    return person


def waiting_list(host: Person) -> Locator:
    return host.page.locator("waiting-list")


def test_alice_chooses_whom_to_let_in_and_tells_the_other_why_not(cast: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room("Surgery", owner=owner, waits="guests")
    alice = cast.member("Alice", owner)
    alice.join(room.slug)
    dave = waits(cast, room, "Dave", note="<b>Zoë sends me</b>")
    erin = waits(cast, room, "Erin")
    expect(dave.page.get_by_role("heading", name="Surgery")).to_be_visible()
    expect(dave.page.locator(".green-stage video")).to_be_visible()
    expect(dave.page.get_by_text("You are the first of those who wait.")).to_be_visible()
    expect(erin.page.get_by_text("1 person waits before you.")).to_be_visible()
    expect(erin.page.get_by_text("A host in the meeting sees that you are here.")).to_be_visible()
    assert erin.page.get_by_text("Dave").count() == 0

    expect(alice.page).to_have_title(re.compile("^2 people would like to come in"))
    alice.control("People").click()
    expect(waiting_list(alice).get_by_text("<b>Zoë sends me</b>")).to_be_visible()
    box = waiting_list(alice).get_by_role("checkbox", name="Choose Guest Erin")
    box.focus()
    alice.page.keyboard.press("Space")
    waiting_list(alice).get_by_role("button", name="Let 1 in").click()
    for person in (alice, erin):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=f"{person.name}'s pair")  # type: ignore[misc]
    expect(waiting_list(alice).get_by_role("listitem")).to_have_count(1)

    waiting_list(alice).get_by_role("button", name="Turn Guest Dave away").click()
    alice.page.get_by_role("radio", name="The meeting has not begun yet. Ask again later.").check()
    alice.page.get_by_role("dialog").get_by_role("button", name="Turn away").click()
    expect(dave.page.get_by_role("heading", name="You were not let in")).to_be_visible()
    words = dave.page.get_by_role("paragraph").filter(has_text="The meeting has not begun yet. Ask again later.")
    expect(words).to_be_visible()
    expect(waiting_list(alice)).to_be_hidden()
    assert alice.connected(1)


def test_who_does_not_wait_any_more_is_gone_from_the_list(cast: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room(owner=owner, waits="guests")
    alice = cast.member("Alice", owner)
    alice.join(room.slug, quiet=True)
    alice.control("People").click()
    carol = waits(cast, room, "Carol", viewport={"width": 320, "height": 640})
    assert carol.page.evaluate(BEYOND) == []
    expect(waiting_list(alice)).to_be_visible()
    carol.page.get_by_role("button", name="Do not wait").click()
    expect(carol.page.get_by_role("heading", name="You do not wait any more")).to_be_focused()
    expect(waiting_list(alice)).to_be_hidden()


def test_everybody_comes_in_with_the_first_host(cast: Cast) -> None:
    owner, member = deploying.user("Alice"), deploying.user("Bob")
    room = deploying.room(owner=owner, members=[member], waits="nonhosts", lobby_opens="host")
    bob = cast.member("Bob", member)
    bob.arrive(room.slug)
    bob.ask_to_join()
    expect(bob.page.get_by_text("You come in as soon as the first host is there")).to_be_visible()
    carol = waits(cast, room, "Carol")
    camera = carol.page.locator("green-room media-switch[for=camera]").get_by_role("button")
    camera.click()
    expect(carol.page.get_by_text("Your camera is off")).to_be_visible()
    camera.click()
    expect(carol.page.locator("green-room[data-camera=on]")).to_be_visible()
    alice = cast.member("Alice", owner)
    alice.join(room.slug)
    for person in (alice, bob, carol):
        eventually(lambda person=person: person.connected(2) and person.sees(CAMERA), what=f"{person.name}'s pairs")  # type: ignore[misc]


def test_a_host_opens_the_lobby_in_the_call(cast: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room(owner=owner)
    alice = cast.member("Alice", owner)
    alice.join(room.slug, quiet=True)
    choice = alice.page.get_by_role("group", name="Who waits until a host lets them in")
    alice.control("More").click()
    choice.get_by_role("button", name="All but members").click()
    expect(choice.get_by_role("button", name="All but members", pressed=True)).to_be_visible()
    alice.page.keyboard.press("Escape")
    carol = waits(cast, room, "Carol")
    carol.page.reload()
    expect(carol.page.get_by_role("heading", name="You have knocked")).to_be_visible()
    alice.control("More").click()
    choice.get_by_role("button", name="Nobody").click()
    expect(carol.tile("Alice")).to_be_visible()
    carol.page.reload()
    expect(carol.tile("Alice")).to_be_visible()
    expect(alice.tile("Carol")).to_be_visible()
