"""The same person in the same room on a second device: without sound there, so that nobody hears an echo."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import enter, open_chat, say, unread
from tests.browser.conftest import Cast
from tests.browser.person import Person, eventually
from tests.browser.test_the_control_bar import PLAYED, elapsed

SILENT = "Join without sound here"
TELLS = "You are in this meeting already"


def green_room(person: Person) -> Locator:
    return person.page.locator("green-room")


def muted(person: Person) -> list[bool]:
    """Of everything that could be heard."""
    found: list[bool] = person.page.locator("audio, video").evaluate_all("(all) => all.map(({ muted }) => muted)")
    return found


def tones(person: Person) -> int:
    count: int = person.page.evaluate("() => window.played.length")
    return count


def test_alice_shows_her_screen_on_a_second_device(cast: Cast) -> None:
    account = deploying.user("Alice")
    slug = deploying.room(owner=account).slug
    alice, tablet, bob, carol = (
        cast.member("Alice", account),
        cast.member("Alice", account),
        cast.guest("Bob"),
        cast.guest("Carol"),
    )
    for person in (alice, tablet):
        person.context.add_init_script(PLAYED)
    tablet.arrive(slug)
    expect(green_room(tablet).get_by_role("button", name=SILENT)).to_be_hidden()
    alice.join(slug)
    tablet.arrive(slug)
    expect(green_room(tablet)).to_contain_text(TELLS)
    green_room(tablet).get_by_role("button", name=SILENT).click()
    expect(tablet.tile("Alice (you)")).to_be_visible()
    bob.join(slug)
    second = bob.page.locator("video-tile:not([data-self])[data-microphone=off]")
    expect(second).to_have_count(1)
    expect(bob.page.locator("video-tile:not([data-self])[data-microphone=on]")).to_have_count(1)
    eventually(lambda: tablet.connected(2) and tablet.sees(1, connection=1), what="Bob's picture on the second device")
    eventually(lambda: not all(muted(alice)), what="sound on the first device")
    assert all(muted(tablet))

    eventually(lambda: elapsed(alice) and elapsed(tablet), what="what makes tones")
    before = tones(alice)
    expect(bob.control("Chat")).to_be_visible()
    open_chat(bob)
    say(bob, "hello")
    expect(unread(tablet)).to_contain_text("1")
    enter(carol, slug)
    expect(tablet.tile("Carol")).to_be_visible()
    eventually(lambda: tones(alice) >= before + 3, what="tones for the message and for Carol")
    assert tones(tablet) == 0

    tablet.page.reload()
    expect(tablet.tile("Bob")).to_be_visible()
    turn_on = tablet.page.get_by_role("button", name="Turn on sound")
    expect(turn_on).to_be_visible()
    expect(second).to_have_count(2)
    assert all(muted(tablet))
    turn_on.click()
    expect(turn_on).to_be_hidden()
    eventually(lambda: not all(muted(tablet)) and tablet.hears(), what="sound on the second device")
    expect(tablet.control("Microphone")).to_have_attribute("aria-pressed", "false")
    tablet.control("More").click()
    tablet.page.get_by_role("switch", name="Sound on this device").click()
    eventually(lambda: all(muted(tablet)), what="silence on the second device")


def test_a_guest_is_asked_in_a_second_window_and_others_are_not(cast: Cast) -> None:
    slug = deploying.room().slug
    carol, stranger = cast.guest("Carol"), cast.guest("Dave")
    enter(carol, slug)
    window = carol.context.new_page()
    carol.watch(window)
    window.goto(f"/{slug}")
    expect(window.locator("green-room")).to_contain_text(TELLS)
    with stranger.page.expect_response(f"**/{slug}/elsewhere") as answer:
        stranger.open(f"/{slug}")
    assert answer.value.json() == {"elsewhere": False}
    expect(green_room(stranger).get_by_role("button", name="Join", exact=True)).to_be_visible()
    expect(green_room(stranger).get_by_role("button", name=SILENT)).to_be_hidden()
