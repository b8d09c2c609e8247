from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, Person, eventually


def at_the_door(cast: Cast, *, quiet: bool = True) -> tuple[Person, Person, Person]:
    """Alice, who hosts; Bob, who is a member and inside; Carol, who waits outside the locked room."""
    owner, member = deploying.user("Alice"), deploying.user("Bob")
    room = deploying.room(owner=owner, members=[member], locked=True)
    alice, bob, carol = cast.member("Alice", owner), cast.member("Bob", member), cast.guest("Carol")
    alice.join(room.slug, quiet=quiet)
    bob.join(room.slug, quiet=quiet)
    alice.control("People").click()
    carol.arrive(room.slug, quiet=quiet)
    carol.ask_to_join()
    expect(carol.page.get_by_role("heading", name="You have knocked")).to_be_visible()
    return alice, bob, carol


def test_carol_is_let_in(cast: Cast) -> None:
    alice, bob, carol = at_the_door(cast, quiet=False)
    assert bob.page.get_by_text("Carol").count() == 0
    expect(carol.page.get_by_text("A host in the meeting sees that you are here.")).to_be_visible()
    alice.page.get_by_role("button", name="Let Guest Carol in").click()
    for person in (alice, bob, carol):
        eventually(lambda person=person: person.connected(2) and person.sees(CAMERA), what=f"{person.name}'s pairs")  # type: ignore[misc]


def test_carol_is_told_whether_a_host_is_there(cast: Cast) -> None:
    alice, _bob, carol = at_the_door(cast)
    alice.leave("Only leave")
    expect(carol.page.get_by_text("No host is in the meeting now.")).to_be_visible()
    alice.page.get_by_role("link", name="Join again").click()
    alice.ask_to_join()
    expect(carol.page.get_by_text("A host in the meeting sees that you are here.")).to_be_visible()
    assert carol.page.get_by_text("Alice").count() == 0


def test_carol_is_turned_away(cast: Cast) -> None:
    alice, _bob, carol = at_the_door(cast)
    alice.page.get_by_role("button", name="Turn Guest Carol away").click()
    alice.page.get_by_role("dialog", name="Turn Guest Carol away?").get_by_role("button", name="Turn away").click()
    expect(carol.page.get_by_role("heading", name=re.compile("not let in|turned away", re.IGNORECASE))).to_be_visible()
    expect(alice.page.get_by_role("button", name="Turn Guest Carol away")).to_be_hidden()
    eventually(lambda: alice.connected(1), what="the pair, and nobody else")

    carol.page.get_by_role("link", name="Ask again").click()
    carol.ask_to_join()
    expect(carol.page.get_by_role("heading", name="You cannot come back yet")).to_be_visible()
    expect(carol.page.get_by_text(re.compile(r"ask again in \d+ seconds"))).to_be_visible()


CHIMES = """window.chimes = 0;
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...when) { window.chimes += 1; return start.apply(this, when); };"""
IS_ON_TOP = """(notice) => {
    const { left, top, width, height } = notice.getBoundingClientRect();
    return notice.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def test_a_host_notices_a_knock_who_looks_elsewhere(cast: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room(owner=owner, locked=True)
    alice, carol = cast.member("Alice", owner), cast.guest("Carol")
    alice.context.add_init_script(CHIMES)
    alice.join(room.slug, quiet=True)
    alice.tile("Alice (you)").focus()
    alice.page.keyboard.press("f")
    expect(alice.page.locator("video-tile:fullscreen")).to_have_count(1)
    carol.arrive(room.slug, quiet=True)
    carol.ask_to_join()

    notice = alice.page.locator(".notice", has_text="Guest Carol would like to come in")
    expect(notice).to_be_visible()
    eventually(lambda: notice.evaluate(IS_ON_TOP), what="the notice above the full screen")
    expect(alice.page).to_have_title(re.compile("^Guest Carol would like to come in"))
    eventually(lambda: alice.page.evaluate("() => window.chimes") == 2, what="two tones")
    button = notice.get_by_role("button", name="Let in")
    button.focus()
    alice.page.keyboard.press("Enter")
    expect(alice.tile("Carol")).to_be_attached()
    eventually(lambda: alice.page.evaluate("() => document.activeElement.localName") != "body", what="the focus")
    expect(alice.page).not_to_have_title(re.compile("Carol"))


#: A page that nobody looks at, and what the system is asked to show.
ELSEWHERE = """Object.defineProperty(Document.prototype, "visibilityState", { get: () => window.looks ? "visible" : "hidden" });
window.looks = true;
window.shown = [];
window.Notification = class extends Notification {
    constructor(...how) {
        super(...how);
        window.shown.push(how[0]);
    }
    static requestPermission() {
        window.asked = true;
        return super.requestPermission();
    }
};"""


def test_the_system_notifies_of_a_knock_where_that_was_allowed(whole: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room(owner=owner, locked=True)
    alice, carol = whole.member("Alice", owner), whole.guest("Carol")
    alice.context.grant_permissions(["camera", "microphone", "notifications"])
    alice.context.add_init_script(ELSEWHERE)
    alice.context.add_init_script(CHIMES)
    alice.join(room.slug, quiet=True)
    alice.control("More").click()
    expect(alice.page.get_by_role("button", name="Notify me when somebody knocks")).to_be_hidden()
    alice.page.keyboard.press("Escape")

    carol.arrive(room.slug, quiet=True)
    carol.ask_to_join()
    eventually(lambda: alice.page.evaluate("() => window.chimes") == 2, what="two tones")
    assert alice.page.evaluate("() => window.shown") == [], "she sees it herself"
    alice.page.evaluate("() => { window.looks = false; }")
    dora = whole.guest("Dora")
    dora.arrive(room.slug, quiet=True)
    dora.ask_to_join()
    eventually(lambda: alice.page.evaluate("() => window.shown") == ["Guest Dora would like to come in"], what="a notification")


def test_a_button_asks_whether_the_system_may_notify(cast: Cast) -> None:
    owner = deploying.user("Alice")
    alice = cast.member("Alice", owner)
    alice.context.add_init_script(ELSEWHERE)
    alice.context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => window.allows ?? 'default' });")
    alice.join(deploying.room(owner=owner, locked=True).slug, quiet=True)
    alice.control("More").click()
    assert not alice.page.evaluate("() => window.asked ?? false")
    alice.page.evaluate("() => { window.allows = 'granted'; }")
    button = alice.page.get_by_role("button", name="Notify me when somebody knocks")
    button.click()
    eventually(lambda: alice.page.evaluate("() => window.asked"), what="the question")
    alice.control("More").click()
    expect(button).to_be_hidden()
