"""Names and messages in Arabic and Hebrew, on an English page: each has its own direction, and moves nothing beside it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import open_chat, say
from tests.browser.conftest import Cast
from tests.browser.filing import offer
from tests.browser.person import Person

ARABIC = "محمد علي"
HEBREW = "דנה לוי"
LONG = " ".join(["שלום"] * 12)
ROOM = "اجتماع الفريق 3"


def enter(person: Person, slug: str) -> None:
    person.arrive(slug, quiet=True)
    person.ask_to_join()
    expect(person.controls).to_be_visible()


def runs(element: Locator, direction: str) -> None:
    expect(element).to_have_css("direction", direction)
    assert element.evaluate("(element) => getComputedStyle(element).unicodeBidi").startswith(("isolate", "plaintext"))


def begins(element: Locator) -> float:
    """Where its text begins on the page."""
    left: float = element.evaluate("""(element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return range.getBoundingClientRect().left;
    }""")
    return left


def shows_its_beginning(element: Locator) -> bool:
    """Of a text from right to left that is too long for its place."""
    shown: bool = element.evaluate("""(element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return Math.abs(range.getBoundingClientRect().right - element.getBoundingClientRect().right) < 1
            && element.getBoundingClientRect().right <= element.parentElement.getBoundingClientRect().right + 1;
    }""")
    return shown


def lies_within(element: Locator, box: Locator) -> bool:
    [inner, outer] = [found for one in (element, box) if (found := one.bounding_box()) is not None]
    return inner["x"] >= outer["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def lines_up(elements: Locator, count: int) -> None:
    """They begin below each other, whatever their direction."""
    expect(elements).to_have_count(count)
    assert len({begins(element) for element in elements.all()}) == 1


def test_a_call(cast: Cast) -> None:
    owner, member = deploying.user("Alice"), deploying.user(ARABIC)
    slug = deploying.room(ROOM, owner=owner, members=[member]).slug
    alice, arab, guest = cast.member("Alice", owner), cast.member(ARABIC, member), cast.guest(HEBREW)
    for person in (alice, arab, guest):
        enter(person, slug)
    runs(alice.page.locator(".call h1 bdi"), "rtl")
    for name in (ARABIC, HEBREW):
        runs(alice.page.locator("video-tile .tile-name", has_text=name), "rtl")
    expect(arab.page.get_by_role("group", name=f"\u2068{ARABIC}\u2069 (you)")).to_be_visible()

    alice.control("People").click()
    panel = alice.page.locator("people-panel")
    names = panel.locator(".person-name")
    runs(names.filter(has_text=ARABIC), "rtl")
    runs(names.filter(has_text="Alice"), "ltr")
    assert begins(names.filter(has_text="Alice")) == begins(names.filter(has_text=ARABIC))
    expect(panel.get_by_role("button", name=f"Actions for \u2068{ARABIC}\u2069")).to_be_visible()

    for person in (alice, arab):
        open_chat(person)
    say(arab, "مرحبا! نلتقي الساعة 3:30.")
    say(arab, "Hello, at 3:30!")
    offer(arab, ("تقرير 3.txt", "text/plain", b"report"))
    chat = alice.page.locator("chat-panel")
    runs(chat.locator(".chat-text", has_text="3:30."), "rtl")
    runs(chat.locator(".chat-text", has_text="Hello"), "ltr")
    runs(chat.locator(".chat-who", has_text=ARABIC).first, "rtl")
    runs(chat.locator("file-card strong"), "rtl")


def test_the_green_room(cast: Cast) -> None:
    member = deploying.user(ARABIC)
    arab = cast.member(ARABIC, member)
    arab.arrive(deploying.room(ROOM, owner=member).slug)
    runs(arab.page.locator(".green-side h1 bdi"), "rtl")
    runs(arab.page.get_by_text("You join as").locator("bdi"), "rtl")


def test_breakout_rooms(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(ROOM, owner=owner).slug
    alice, guest = cast.member("Alice", owner), cast.guest(HEBREW)
    for person in (alice, guest, cast.guest(LONG)):
        enter(person, slug)
    alice.page.keyboard.press("b")
    dialog = alice.page.get_by_role("dialog", name="Breakout rooms")
    dialog.get_by_text("Names of the rooms").click()
    first = dialog.get_by_role("textbox", name="Room 1")
    first.fill(ROOM)
    expect(first).to_have_css("direction", "rtl")
    dialog.get_by_label("I choose for everybody").check()
    dialog.get_by_label(f"Guest {HEBREW}").select_option(ROOM)
    names = dialog.locator(".breakout-placed .person-name > bdi")
    lines_up(names.filter(has_not_text=LONG), 2)
    assert shows_its_beginning(names.filter(has_text=LONG))
    assert lies_within(dialog.get_by_label(LONG), dialog.locator(".breakout-placed"))
    assert lies_within(dialog.locator(".breakout-placed"), dialog)
    dialog.get_by_role("button", name="Open the rooms").click()
    rooms = dialog.get_by_role("heading", level=3).locator("bdi")
    expect(rooms).to_have_text(["Main room", ROOM, "Room 2"])
    runs(rooms.filter(has_text=ROOM), "rtl")
    lines_up(rooms, 3)
    runs(dialog.locator(".breakout-rooms .person-name > bdi", has_text=HEBREW), "rtl")
    expect(dialog.get_by_role("button", name=f"Go to \u2068{ROOM}\u2069")).to_be_visible()
    expect(guest.page.locator("breakout-bar")).to_contain_text(f"You are in \u2068{ROOM}\u2069")


def test_pages(cast: Cast) -> None:
    owner = deploying.user(ARABIC)
    room = deploying.room(ROOM, owner=owner)
    alice = cast.member(ARABIC, owner)
    alice.open("/")
    runs(alice.page.locator(".room-row-link bdi"), "rtl")
    runs(alice.page.get_by_role("navigation", name="Account").locator("bdi"), "rtl")
    alice.open(f"/{room.slug}/people")
    runs(alice.page.locator("h1 bdi"), "rtl")
    runs(alice.page.locator(".person-row-name bdi"), "rtl")
