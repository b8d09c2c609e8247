"""Alice hosts, Bob is a member, Carol a guest. Mallory's scripts are altered: they ignore what a host keeps her from.

It is one call from test to test.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.altering import ignore
from tests.browser.chatting import field, messages, open_chat, panel, read, say
from tests.browser.conftest import Cast
from tests.browser.people import menu_of
from tests.browser.person import Person, eventually
from tests.browser.test_keyboard_only import tab_to

#: Whether the tile has sound to play.
PLAYS = "(tile) => (tile.querySelector('audio').srcObject?.getTracks() ?? []).some(({ enabled }) => enabled)"
#: Every reaction is shown for a moment.
COUNTS_REACTIONS = """() => {
    window.reactions = 0;
    const count = ({ className }) => (window.reactions += className === "reaction" ? 1 : 0);
    const look = (records) => records.forEach(({ addedNodes }) => addedNodes.forEach(count));
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""
#: Whether it has a picture to show.
SHOWS = "(tile) => (tile.querySelector('video').srcObject?.getTracks() ?? []).length > 0"


def plays(person: Person, other: str) -> bool:
    found: bool = person.tile(other).evaluate(PLAYS)
    return found


def shows(person: Person, other: str) -> bool:
    found: bool = person.tile(other).evaluate(SHOWS)
    return found


def hosted(cast: Cast) -> tuple[str, Person, Person]:
    """A room, Alice who hosts it, and Bob who is a member."""
    owner, member = deploying.user("Alice"), deploying.user("Bob")
    slug = deploying.room(owner=owner, members=[member]).slug
    return slug, cast.member("Alice", owner), cast.member("Bob", member)


def meet(slug: str, *people: Person) -> None:
    for person in people:
        person.join(slug)
    for person in people:
        eventually(lambda person=person: person.connected(len(people) - 1), what=person.name)  # type: ignore[misc]
        for other in people:
            if other is not person:
                expect(person.tile(other.name)).to_have_attribute("data-microphone", "on")


@pytest.fixture(scope="module")
def pair(company: Cast) -> tuple[str, Person, Person]:
    """The room, Alice, and Bob, in a call."""
    slug, alice, bob = hosted(company)
    meet(slug, alice, bob)
    return slug, alice, bob


@pytest.fixture(scope="module")
def alice(pair: tuple[str, Person, Person]) -> Person:
    return pair[1]


@pytest.fixture(scope="module")
def bob(pair: tuple[str, Person, Person]) -> Person:
    return pair[2]


@pytest.fixture(scope="module")
def carol(company: Cast, pair: tuple[str, Person, Person]) -> Person:
    return comes(company.guest("Carol"), *pair)


@pytest.fixture(scope="module")
def mallory(company: Cast, pair: tuple[str, Person, Person]) -> Person:
    """When Carol has left: a call of four is much for a small machine."""
    for person in company.people:
        if person.name == "Carol":
            person.leave()
    guest = company.guest("Mallory")
    ignore(guest, ["restrictions"])
    return comes(guest, *pair)


def comes(guest: Person, slug: str, *others: Person) -> Person:
    """Into the call, and seen and seeing."""
    guest.join(slug)
    eventually(lambda: guest.connected(len(others)), what=guest.name)
    for other in others:
        expect(other.tile(guest.name)).to_have_attribute("data-microphone", "on")
        expect(guest.tile(other.name)).to_have_attribute("data-microphone", "on")
    return guest


@pytest.fixture(autouse=True)
def _nothing_is_open_or_said(company: Cast) -> None:
    """No dialog, menu, panel or notice of the test before."""
    for person in company.people:
        person.page.keyboard.press("Escape")
        for side in ("people-panel", "chat-panel"):
            close = person.page.locator(side).get_by_role("button", name="Close", exact=True)
            if close.is_visible():
                close.click()
        person.page.evaluate("() => document.querySelectorAll('call-notices .notice').forEach((notice) => notice.remove())")


def pressed(person: Person, control: str) -> Locator:
    return person.controls.locator("button[aria-pressed=true]", has_text=control)


def said(person: Person, text: str) -> Locator:
    return person.page.locator("call-notices .notice", has_text=text)


def allow(host: Person, name: str) -> Locator:
    menu_of(host, name).get_by_role("button", name="Allow or forbid").click()
    dialog = host.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=f"What {name} may use")).to_be_visible()
    return dialog


def test_a_muted_person_is_told_so_and_turns_the_microphone_on_again(alice: Person, bob: Person) -> None:
    eventually(lambda: plays(alice, "Bob"), what="sound")
    menu_of(alice, "Bob").get_by_role("button", name="Mute for everyone").click()
    expect(said(bob, "A host turned your microphone off.")).to_be_visible()
    expect(pressed(bob, "Microphone")).to_have_count(0)
    expect(alice.tile("Bob")).to_have_attribute("data-microphone", "off")
    eventually(lambda: not plays(alice, "Bob"), what="silence")
    bob.control("Microphone").click()
    expect(pressed(bob, "Microphone")).to_have_count(1)
    expect(alice.tile("Bob")).to_have_attribute("data-microphone", "on")
    eventually(lambda: plays(alice, "Bob"), what="sound")
    assert not alice.renegotiated() and not bob.renegotiated()


def test_what_everybody_may_use_is_changed_by_keyboard_also_while_a_screen_is_shared(alice: Person, bob: Person) -> None:
    bob.control("Share screen").click()
    expect(alice.tile("Screen of Bob")).to_be_visible()
    keys = alice.page.keyboard
    keys.press("p")
    tab_to(alice, alice.page.locator("people-panel").get_by_role("button", name="Tools for hosts"))
    keys.press("Enter")
    tab_to(alice, alice.page.get_by_role("button", name="Allow or forbid for everybody"))
    keys.press("Enter")
    screen = alice.page.get_by_role("dialog").get_by_role("switch", name="Sharing a screen")
    tab_to(alice, screen)
    keys.press("Space")
    expect(screen).not_to_be_checked()
    expect(alice.tile("Screen of Bob")).to_be_hidden()
    expect(said(bob, "Only hosts share a screen in this meeting now.")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Stop presenting")).to_be_hidden()
    bob.control("Share screen").click()
    expect(said(bob, "You cannot share your screen until a host lets you.")).to_be_visible()
    assert bob.sending(2) is None
    keys.press("Space")
    expect(screen).to_be_checked()
    expect(said(bob, "You may share your screen again.")).to_be_visible()
    keys.press("Escape")
    bob.control("Share screen").click()
    expect(alice.tile("Screen of Bob")).to_be_visible()
    bob.control("Share screen").click()
    expect(alice.tile("Screen of Bob")).to_be_hidden()


def test_bob_may_not_write_and_sees_why(alice: Person, bob: Person) -> None:
    open_chat(bob)
    writing = allow(alice, "Bob").get_by_role("switch", name="Writing in the chat")
    writing.click()
    expect(field(bob)).to_be_disabled()
    expect(panel(bob).get_by_text("A host does not let you write in the chat.")).to_be_visible()
    expect(said(bob, "A host does not let you write in the chat.")).to_be_visible()
    writing.click()
    expect(field(bob)).to_be_enabled()


def test_the_floor_goes_to_carol_whose_hand_is_raised(alice: Person, carol: Person) -> None:
    allow(alice, "Guest Carol").get_by_role("switch", name="Microphone").click()
    alice.page.keyboard.press("Escape")
    expect(said(carol, "A host does not let you use your microphone.")).to_be_visible()
    carol.control("Microphone").click()
    expect(said(carol, "Your microphone stays off until a host lets you use it.")).to_be_visible()
    carol.page.keyboard.press("h")
    expect(alice.tile("Carol")).to_have_attribute("data-hand", "1")
    menu_of(alice, "Guest Carol").get_by_role("button", name="Give the floor").click()
    expect(alice.tile("Carol")).not_to_have_attribute("data-hand", "1")
    said(carol, "Alice asks you to turn on your microphone.").get_by_role("button", name="Turn on your microphone").click()
    expect(alice.tile("Carol")).to_have_attribute("data-microphone", "on")


def test_bob_becomes_a_host_and_steps_down(alice: Person, bob: Person, carol: Person) -> None:
    menu_of(alice, "Guest Carol").get_by_role("button", name="Make a host").click()
    expect(said(alice, "Guest Carol has no account, and cannot be a host.")).to_be_visible()
    menu_of(alice, "Bob").get_by_role("button", name="Make a host").click()
    expect(said(alice, "Bob is a host now.")).to_be_visible()
    menu_of(bob, "Guest Carol").get_by_role("button", name="Mute for everyone").click()
    expect(said(carol, "A host turned your microphone off.")).to_be_visible()
    menu_of(bob, "Bob").get_by_role("button", name="Step down as a host").click()
    expect(bob.page.get_by_role("group", name="Tools for hosts")).to_be_hidden()
    carol.control("Microphone").click()
    expect(alice.tile("Carol")).to_have_attribute("data-microphone", "on")


def test_alice_mutes_all_with_a_key_and_asks_bob_who_is_never_turned_on(alice: Person, bob: Person, carol: Person) -> None:
    alice.control("People").click()
    expect(alice.page.get_by_role("group", name="Tools for hosts")).to_be_visible()
    alice.page.keyboard.press("x")
    for person in (bob, carol):
        expect(said(person, "A host turned your microphone off.")).to_be_visible()
        expect(person.tile("Alice")).to_have_attribute("data-microphone", "on")
    expect(pressed(alice, "Microphone")).to_have_count(1)
    menu_of(alice, "Bob").get_by_role("button", name="Ask to turn on the microphone").click()
    notice = said(bob, "Alice asks you to turn on your microphone.")
    expect(notice).to_be_visible()
    expect(pressed(bob, "Microphone")).to_have_count(0)
    notice.get_by_role("button", name="Turn on your microphone").click()
    expect(pressed(bob, "Microphone")).to_have_count(1)
    expect(alice.tile("Bob")).to_have_attribute("data-microphone", "on")
    expect(alice.tile("Carol")).to_have_attribute("data-microphone", "off")
    carol.control("Microphone").click()
    expect(alice.tile("Carol")).to_have_attribute("data-microphone", "on")


def test_mallory_ignores_it_and_is_neither_heard_nor_seen_until_it_is_lifted(alice: Person, bob: Person, mallory: Person) -> None:
    for person in (alice, bob):
        eventually(lambda person=person: plays(person, "Mallory") and shows(person, "Mallory"), what=person.name)  # type: ignore[misc]
    menu_of(alice, "Guest Mallory").get_by_role("button", name="Mute for everyone").click()
    menu_of(alice, "Guest Mallory").get_by_role("button", name="Turn off the camera").click()
    for person in (alice, bob):
        expect(person.tile("Mallory")).to_have_attribute("data-microphone", "off")
        expect(person.tile("Mallory")).to_have_attribute("data-camera", "off")
        eventually(lambda person=person: not plays(person, "Mallory") and not shows(person, "Mallory"), what=person.name)  # type: ignore[misc]
    expect(pressed(mallory, "Microphone")).to_have_count(1)
    mallory.page.evaluate("() => window.recorder.speak()")
    alice.control("Microphone").click()
    expect(bob.tile("Alice")).to_have_attribute("data-microphone", "off")
    assert not bob.plays_what_arrives()
    expect(bob.tile("Mallory")).not_to_have_attribute("data-speaking", "")
    assert not plays(bob, "Mallory")
    bob.page.reload()
    expect(bob.tile("Mallory")).to_have_attribute("data-microphone", "off")
    mallory.control("Camera").click()
    mallory.control("Camera").click()
    dialog = allow(alice, "Guest Mallory")
    for use in ("Microphone", "Camera"):
        dialog.get_by_role("switch", name=use).click()
        expect(dialog.get_by_role("switch", name=use)).not_to_be_checked()
        dialog.get_by_role("switch", name=use).click()
        expect(dialog.get_by_role("switch", name=use)).to_be_checked()
    for person in (alice, bob):
        expect(person.tile("Mallory")).to_have_attribute("data-microphone", "on")
        eventually(lambda person=person: plays(person, "Mallory") and shows(person, "Mallory"), what=person.name)  # type: ignore[misc]
    alice.page.keyboard.press("Escape")
    alice.control("Microphone").click()
    expect(bob.tile("Alice")).to_have_attribute("data-microphone", "on")


def test_mallory_may_not_write_or_react_and_writes_all_the_same(alice: Person, bob: Person, mallory: Person) -> None:
    open_chat(bob)
    open_chat(mallory)
    say(mallory, "hello")
    read(bob, "hello")
    dialog = allow(alice, "Guest Mallory")
    for use in ("Writing in the chat", "Reactions"):
        dialog.get_by_role("switch", name=use).click()
        expect(dialog.get_by_role("switch", name=use)).not_to_be_checked()
    alice.page.keyboard.press("Escape")
    say(mallory, "spam")
    read(mallory, "hello", "spam")
    bob.page.evaluate(COUNTS_REACTIONS)
    mallory.control("React").click()
    mallory.page.get_by_role("button", name="Heart").click()
    say(bob, "nice day")
    read(mallory, "hello", "spam", "nice day")
    assert messages(bob) == ["hello", "nice day"]
    assert bob.page.evaluate("() => window.reactions") == 0
    dialog = allow(alice, "Guest Mallory")
    for use in ("Writing in the chat", "Reactions"):
        dialog.get_by_role("switch", name=use).click()
        expect(dialog.get_by_role("switch", name=use)).to_be_checked()


def test_after_a_guest_was_removed_the_meeting_is_locked_and_ended(alice: Person, bob: Person, mallory: Person) -> None:
    menu_of(alice, "Guest Mallory").get_by_role("button", name="Remove").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    notice = said(alice, "Guest Mallory is removed, and could come back as another guest.")
    notice.get_by_role("button", name="Lock the meeting").click()
    expect(bob.page.get_by_role("region", name="Meeting").get_by_text("Locked", exact=True)).to_be_visible()
    alice.control("More").click()
    alice.page.get_by_role("button", name="End the meeting for everybody").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="End the meeting").click()
    for person in (alice, bob):
        expect(person.page.get_by_role("heading", name="The meeting has ended")).to_be_visible()
