"""The chat of a meeting over two workers: what is written reaches everybody, stays, and belongs to who wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import WebSocketRoute, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import enter, field, open_chat, panel, read, say, together, unread
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.people import menu_of
from tests.browser.person import eventually
from tests.redis_server import free_port

DAY_MS = 24 * 3600 * 1000

#: Keeps the chat's channels of a page, so that a test can send on them behind its back.
CHANNELS = """
const native = RTCPeerConnection.prototype.createDataChannel;
window.chats = [];
RTCPeerConnection.prototype.createDataChannel = function (label, how) {
  const channel = native.call(this, label, how);
  if (label === "chat") window.chats.push(channel);
  return channel;
};
"""


def test_three_people_write_and_a_fourth_gets_the_history(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = (cast.guest(name) for name in ("Alice", "Bob", "Carol"))
    together(slug, alice, bob, carol)
    say(alice, "hello")
    for person in (bob, carol):
        read(person, "hello")
    say(bob, "see https://example.org/a, *now*")
    say(bob, "<img src=x onerror=alert(1)>")
    for person in (alice, carol):
        read(person, "hello", "see https://example.org/a, now", "<img src=x onerror=alert(1)>")
    link = panel(carol).get_by_role("link")
    assert link.get_attribute("href") == "https://example.org/a"
    assert link.get_attribute("rel") == "noopener noreferrer"
    alice.leave()
    dave = cast.guest("Dave")
    enter(dave, slug)
    open_chat(dave)
    read(dave, "hello", "see https://example.org/a, now", "<img src=x onerror=alert(1)>")
    expect(panel(dave).locator(".chat-who").first).to_have_text("Guest Alice")
    expect(unread(dave)).to_be_hidden()


def test_a_reload_keeps_what_was_said_in_private_too(cast: Cast) -> None:
    alice, bob, carol = (cast.guest(name) for name in ("Alice", "Bob", "Carol"))
    together(deploying.room().slug, alice, bob, carol)
    say(alice, "to all")
    read(bob, "to all")
    panel(alice).get_by_label("Conversation").select_option(label="Only Guest Bob")
    say(alice, "to Bob alone")
    expect(unread(bob)).to_have_text("1 unread")
    panel(bob).get_by_label("Conversation").select_option(label="Only Guest Alice (1)")
    read(bob, "to Bob alone")
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    open_chat(bob)
    read(bob, "to all")
    panel(bob).get_by_label("Conversation").select_option(label="Only Guest Alice")
    read(bob, "to Bob alone")
    say(bob, "again")
    read(alice, "to Bob alone", "again")
    read(carol, "to all")
    options = panel(carol).get_by_label("Conversation").locator("option")
    expect(options).to_have_text(["Everybody", "Only Guest Alice", "Only Guest Bob"])


def test_one_edits_answers_reacts_and_deletes(cast: Cast) -> None:
    alice, bob = cast.guest("Alice"), cast.guest("Bob")
    together(deploying.room().slug, alice, bob)
    say(alice, "helo")
    read(bob, "helo")
    field(alice).press("ArrowUp")
    expect(field(alice)).to_have_value("helo")
    say(alice, "hello")
    read(bob, "hello")
    expect(panel(bob).locator(".chat-from")).to_contain_text("edited")
    panel(bob).get_by_role("button", name="Answer").click()
    say(bob, "hi")
    read(alice, "hello", "hi")
    expect(panel(alice).locator(".chat-message .chat-quote").last).to_have_text("You: hello")
    panel(bob).get_by_role("button", name="React").first.click()
    panel(bob).get_by_role("button", name="🎉", exact=True).click()
    expect(panel(alice).get_by_role("button", name="🎉 by Guest Bob")).to_be_visible()
    panel(alice).get_by_role("button", name="🎉 by Guest Bob").click()
    expect(panel(bob).get_by_role("button", name="🎉 by You, Guest Alice")).to_have_text("🎉 2")
    panel(alice).get_by_role("button", name="Delete").click()
    read(bob, "This message was deleted.", "hi")
    expect(panel(bob).get_by_role("button", name="Delete")).to_have_count(1)


def test_who_looks_elsewhere_notices_a_message(cast: Cast) -> None:
    alice, bob = cast.guest("Alice"), cast.guest("Bob")
    slug = deploying.room().slug
    for person in (alice, bob):
        enter(person, slug)
    eventually(lambda: alice.connected(1) and bob.connected(1), what="the pair")
    open_chat(alice)
    field(alice).press_sequentially("half")
    say(alice, "are you there?")
    preview = bob.page.locator(".chat-preview")
    expect(preview).to_have_text("Guest Alice: are you there?")
    expect(unread(bob)).to_have_text("1 unread")
    expect(bob.page).to_have_title(re.compile(r"^\(1\) "))
    # It goes after a few seconds, which may have passed.
    preview.dispatch_event("click")
    read(bob, "are you there?")
    expect(unread(bob)).to_be_hidden()
    expect(bob.page).not_to_have_title(re.compile(r"^\("))


def test_a_room_leaves_the_chat_to_hosts_and_a_modified_browser_writes_anyway(cast: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room(owner=owner, chat="hosts")
    alice, bob, mallory = cast.member("Alice", owner), cast.guest("Bob"), cast.guest("Mallory")
    mallory.page.route_web_socket(
        "**/socket/*",
        lambda socket: forward(socket, lambda text: text.replace('"writers":"hosts"', '"writers":"everyone"')),
    )
    for person in (alice, bob, mallory):
        enter(person, room.slug)
    for person in (alice, mallory):
        open_chat(person)
    bob.control("Chat").click()
    expect(panel(bob)).to_contain_text("Only hosts write in the chat of this room.")
    expect(field(bob)).to_be_disabled()
    say(mallory, "let me in")
    read(mallory, "let me in")
    say(alice, "welcome")
    for person in (alice, bob):
        read(person, "welcome")
    expect(panel(mallory).locator(".chat-text").last).to_have_text("welcome")
    expect(unread(alice)).to_be_hidden()


def forward(socket: WebSocketRoute, change: Callable[[str], str]) -> None:
    """A socket to the server whose page is told something else."""
    server = socket.connect_to_server()
    socket.on_message(server.send)
    server.on_message(lambda text: socket.send(change(str(text))))


def test_what_a_modified_browser_forges_is_not_shown(cast: Cast) -> None:
    alice, bob, mallory = cast.guest("Alice"), cast.guest("Bob"), cast.guest("Mallory")
    mallory.context.add_init_script(CHANNELS)
    together(deploying.room().slug, alice, bob, mallory)
    mallory.page.evaluate(
        """() => {
            window.entries = [];
            for (const channel of window.chats) channel.addEventListener("message", ({ data }) =>
                window.entries.push(...JSON.parse(data).filter(({ type }) => type === "entry")));
        }"""
    )
    say(alice, "I agree")
    read(mallory, "I agree")
    mallory.page.evaluate(
        """() => {
            const [entry] = window.entries;
            const forged = { ...entry, text: entry.text.replace("I agree", "I object") };
            const later = { ...forged, text: forged.text.replace('"number":1', '"number":2') };
            const all = [forged, later, entry, { ...entry, private: true }, { type: "entry" }];
            for (const channel of window.chats) for (const one of all) channel.send(JSON.stringify([one]));
        }"""
    )
    say(bob, "me too")
    for person in (alice, bob, mallory):
        read(person, "I agree", "me too")


def test_it_goes_on_while_the_server_is_away_and_after_it_has_come_back_with_nothing(
    gather: Callable[[Deployment], Cast], directory: Path, database: Path, static: Path
) -> None:
    ports = [free_port(), free_port()]
    with deploying.deployed(directory, database=database, static=static, ports=ports) as deployment:
        cast = gather(deployment)
        slug = deploying.room().slug
        alice, bob = cast.guest("Alice"), cast.guest("Bob")
        together(slug, alice, bob)
        for server in deployment.workers:
            server.process.kill()
        for person in (alice, bob):
            expect(person.page.get_by_text("Reaching the server…")).to_be_visible()
        say(alice, "still there?")
        read(bob, "still there?")
        say(bob, "yes")
        read(alice, "still there?", "yes")
    with deploying.deployed(directory, database=database, static=static, ports=ports):
        for person in (alice, bob):
            expect(person.page.get_by_text("Reaching the server…")).to_be_hidden()
        say(alice, "back")
        carol = cast.guest("Carol")
        enter(carol, slug)
        open_chat(carol)
        for person in (alice, bob, carol):
            read(person, "still there?", "yes", "back")
        say(carol, "hello")
        for person in (alice, bob, carol):
            read(person, "still there?", "yes", "back", "hello")


def test_a_clock_that_is_wrong_by_a_day_changes_neither_the_order_nor_the_times_that_others_see(cast: Cast) -> None:
    alice, bob, carol = (cast.guest(name) for name in ("Alice", "Bob", "Carol"))
    for person, days in ((alice, 1), (carol, -1)):
        person.context.add_init_script(f"const now = Date.now; Date.now = () => now() + {days * DAY_MS}")
    slug = deploying.room().slug
    together(slug, alice, bob, carol)
    said: list[str] = []
    for person in (alice, bob, carol, alice):
        said.append(f"{person.name} {len(said)}")
        say(person, said[-1])
        for other in (alice, bob, carol):
            read(other, *said)
    dave = cast.guest("Dave")
    enter(dave, slug)
    open_chat(dave)
    read(dave, *said)
    for person in (alice, bob, carol):
        ages = person.page.locator(".chat-from time").evaluate_all(
            "(times) => times.map(({ dateTime }) => Math.abs(new Date(dateTime) - Date.now()))"
        )
        assert max(ages) < DAY_MS / 24, person.name


def test_who_is_ignored_is_not_read_until_it_is_taken_back(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, mallory = (cast.guest(name) for name in ("Alice", "Bob", "Mallory"))
    together(slug, alice, bob, mallory)
    say(mallory, "buy this")
    read(bob, "buy this")
    menu = menu_of(bob, "Guest Mallory")
    menu.get_by_role("switch", name="Ignore in the chat").click()
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator(".person", has_text="Mallory")).to_contain_text("ignored in the chat")
    read(bob)
    bob.control("Chat").click()
    say(mallory, "and this")
    read(alice, "buy this", "and this")
    say(alice, "hello")
    expect(unread(bob)).to_have_text("1 unread")
    expect(bob.page.locator(".chat-preview")).not_to_contain_text("this")
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    open_chat(bob)
    read(bob, "hello")
    ignore = menu_of(bob, "Guest Mallory").get_by_role("switch", name="Ignore in the chat")
    expect(ignore).to_have_attribute("aria-checked", "true")
    ignore.click()
    bob.page.keyboard.press("Escape")
    read(bob, "buy this", "and this", "hello")


def test_a_conversation_is_saved_as_a_page_that_needs_nothing_else(cast: Cast) -> None:
    alice, bob = cast.guest("Alice"), cast.guest("Bob")
    together(deploying.room().slug, alice, bob)
    say(alice, "<b>hello</b>, see https://example.org/")
    read(bob, "<b>hello</b>, see https://example.org/")
    saved = {}
    for kind in ("text", "HTML"):
        panel(bob).get_by_role("button", name="More").click()
        with bob.page.expect_download() as download:
            panel(bob).get_by_role("button", name=f"Save as {kind}").click()
        saved[kind] = download.value.path()
    assert download.value.suggested_filename == "chat.html"
    assert saved["text"].read_text().endswith("] Guest Alice: <b>hello</b>, see https://example.org/\n")
    page = bob.context.new_page()
    bob.watch(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    copy = saved["HTML"].with_suffix(".html")
    copy.write_bytes(saved["HTML"].read_bytes())
    page.goto(copy.as_uri())
    expect(page.get_by_role("heading")).to_have_text("Everybody")
    expect(page.get_by_role("listitem")).to_contain_text("<b>hello</b>, see https://example.org/")
    expect(page.get_by_role("link")).to_have_attribute("href", "https://example.org/")
    assert requests == [copy.as_uri()]


def test_it_is_used_by_keyboard_alone(cast: Cast) -> None:
    alice, bob = cast.guest("Alice"), cast.guest("Bob")
    together(deploying.room().slug, alice, bob)
    field(bob).press("Escape")
    expect(panel(bob)).to_be_hidden()
    expect(bob.control("Chat")).to_be_focused()
    bob.page.keyboard.press("c")
    expect(field(bob)).to_be_focused()
    bob.page.keyboard.type("one")
    bob.page.keyboard.press("Shift+Enter")
    bob.page.keyboard.type("two")
    bob.page.keyboard.press("Enter")
    read(alice, "one\ntwo")
    field(bob).dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    bob.page.keyboard.press("ArrowUp")
    expect(field(bob)).to_have_value("one\ntwo")
    bob.page.keyboard.press("Escape")
    expect(field(bob)).to_have_value("")
    bob.page.keyboard.press("Shift+Tab")
    expect(panel(bob).get_by_role("listitem")).to_be_focused()
    bob.page.keyboard.press("ArrowRight")
    expect(panel(bob).get_by_role("button", name="Answer")).to_be_focused()
    bob.page.keyboard.press("Enter")
    bob.page.keyboard.type("three")
    bob.page.keyboard.press("Enter")
    read(alice, "one\ntwo", "three")
    expect(panel(alice).locator(".chat-message .chat-quote").last).to_have_text("Guest Bob: one two")
