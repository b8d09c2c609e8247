"""Files in the chat of a meeting over two workers: whoever sees the offer gets the file from those present who have it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import enter, field, open_chat, panel, read, together, unread
from tests.browser.conftest import Cast
from tests.browser.filing import DOWNLOADS, card, data, get, has, offer, picture, press, save
from tests.browser.people import menu_of
from tests.browser.person import Person, eventually

PDF = (
    b"%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
)
#: Makes files of one letter each, and drags or pastes them.
TRANSFER = """(names) => {
    const transfer = new DataTransfer();
    for (const name of names) transfer.items.add(new File([name], name, { type: "text/plain" }));
    return transfer;
}"""


def guests(cast: Cast, *names: str) -> list[Person]:
    people = [cast.guest(name) for name in names]
    for person in people:
        person.context.add_init_script(DOWNLOADS)
    return people


@pytest.fixture(scope="module")
def pair(company: Cast) -> list[Person]:
    """Alice and Bob in a call, with the chat open."""
    people = guests(company, "Alice", "Bob")
    together(deploying.room().slug, *people)
    return people


@pytest.fixture
def alice(pair: list[Person]) -> Person:
    return pair[0]


@pytest.fixture
def bob(pair: list[Person]) -> Person:
    return pair[1]


def drag(person: Person, *names: str) -> None:
    transfer = person.page.evaluate_handle(TRANSFER, list(names))
    for step in ("dragenter", "dragover"):
        person.page.dispatch_event("tile-grid", step, {"dataTransfer": transfer})


def drop(person: Person, *names: str) -> None:
    transfer = person.page.evaluate_handle(TRANSFER, list(names))
    person.page.dispatch_event("tile-grid", "drop", {"dataTransfer": transfer})


def paste(person: Person, name: str) -> None:
    transfer = person.page.evaluate_handle(TRANSFER, [name])
    field(person).evaluate(
        "(field, clipboardData) => field.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))", transfer
    )


def test_a_file_for_everybody_outlives_the_stay_of_who_offered_it(cast: Cast, tmp_path: Path) -> None:
    slug = deploying.room().slug
    alice, bob, carol, dora = guests(cast, "Alice", "Bob", "Carol", "Dora")
    together(slug, alice, bob, carol)
    content = data(3_000_000)
    offer(alice, ("report.bin", "application/octet-stream", content))
    for person in (bob, carol):
        get(person, "report.bin")
    people = card(alice, "report.bin").locator("li")
    expect(people).to_have_count(2)
    expect(people.filter(has_text="Guest Bob has it")).to_be_visible()
    assert save(bob, "report.bin", tmp_path) == content
    alice.leave()
    enter(dora, slug)
    open_chat(dora)
    get(dora, "report.bin")
    assert save(dora, "report.bin", tmp_path) == content


def test_a_receiver_who_reloads_goes_on(alice: Person, bob: Person, tmp_path: Path) -> None:
    content = data(20_000_000)
    offer(alice, ("film.bin", "application/octet-stream", content))
    press(bob, "Get", "film.bin")
    card(bob, "film.bin").locator(".file-note", has_text=re.compile("^[1-9][0-9]?%")).wait_for()
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    open_chat(bob)
    has(bob, "film.bin")
    assert save(bob, "film.bin", tmp_path) == content


def test_a_file_for_one_person_is_in_nobody_elses_history(cast: Cast, tmp_path: Path) -> None:
    slug = deploying.room().slug
    alice, bob, carol, dora = guests(cast, "Alice", "Bob", "Carol", "Dora")
    together(slug, alice, bob, carol)
    panel(alice).get_by_label("Conversation").select_option(label="Only Guest Bob")
    offer(alice, ("secret.txt", "text/plain", b"for Bob"))
    expect(unread(bob)).to_have_text("1 unread")
    panel(bob).get_by_label("Conversation").select_option(label="Only Guest Alice (1)")
    get(bob, "secret.txt")
    assert save(bob, "secret.txt", tmp_path) == b"for Bob"
    enter(dora, slug)
    open_chat(dora)
    offer(alice, ("later.txt", "text/plain", b"for Bob, too"))
    expect(card(bob, "later.txt")).to_be_visible()
    for person in (carol, dora):
        for conversation in panel(person).get_by_label("Conversation").locator("option").all_inner_texts():
            panel(person).get_by_label("Conversation").select_option(label=conversation)
            read(person)


def test_what_is_withdrawn_cannot_be_got(alice: Person, bob: Person) -> None:
    offer(alice, ("draft.txt", "text/plain", b"draft"), ("final.txt", "text/plain", b"final"))
    expect(card(bob, "draft.txt")).to_be_visible()
    expect(card(bob, "final.txt")).to_be_visible()
    press(alice, "Withdraw", "draft.txt")
    expect(card(bob, "draft.txt")).to_have_count(0)
    expect(panel(bob)).to_contain_text("This file was withdrawn.")
    get(bob, "final.txt")


def test_files_are_dropped_on_the_page_and_pasted(alice: Person, bob: Person) -> None:
    alice.control("Chat").click()
    expect(panel(alice)).to_be_hidden()
    target = alice.page.locator(".drop-target")
    drag(alice, "a.txt")
    expect(target).to_have_text("Drop files here to offer them to everybody.")
    alice.page.dispatch_event("tile-grid", "dragleave")
    expect(target).to_be_hidden()
    drag(alice, "a.txt", "b.txt")
    drop(alice, "a.txt", "b.txt")
    expect(target).to_be_hidden()
    for name in ("a.txt", "b.txt"):
        get(bob, name)
    panel(alice).get_by_label("Conversation").select_option(label="Only Guest Bob")
    drag(alice, "c.txt")
    expect(target).to_have_text("Drop files here to offer them to Guest Bob alone.")
    drop(alice, "c.txt")
    expect(card(alice, "c.txt")).to_be_visible()
    paste(alice, "pasted.txt")
    expect(card(alice, "pasted.txt")).to_be_visible()
    panel(alice).get_by_label("Conversation").select_option(label="Everybody")


def test_a_picture_is_shown_after_a_click(alice: Person, bob: Person) -> None:
    offer(
        alice,
        ("photo.png", "image/png", picture(40, 30)),
        ("page.html", "text/html", b"<script>alert(1)</script>"),
        ("broken.png", "image/png", b"none"),
    )
    for name in ("photo.png", "page.html", "broken.png"):
        get(bob, name)
    assert bob.page.locator("file-preview img").count() == 0
    expect(card(bob, "page.html").get_by_role("button", name="Show")).to_have_count(0)
    dialog = bob.page.get_by_role("dialog")
    press(bob, "Show", "photo.png")
    shown = dialog.get_by_role("img", name="photo.png")
    eventually(lambda: shown.evaluate("(image) => image.naturalWidth") == 40, what="the picture")
    bob.page.keyboard.press("Escape")
    expect(card(bob, "photo.png").get_by_role("button", name="Show photo.png")).to_be_focused()
    expect(bob.page.locator("file-preview img")).to_have_count(0)
    press(bob, "Show", "broken.png")
    expect(dialog).to_contain_text("This picture cannot be shown. Save it to look at it.")
    bob.page.keyboard.press("Escape")


def test_a_pdf_is_shown_after_a_click(whole: Cast) -> None:
    alice, bob = guests(whole, "Alice", "Bob")
    together(deploying.room().slug, alice, bob)
    offer(alice, ("report.pdf", "application/pdf", PDF))
    get(bob, "report.pdf")
    assert bob.page.locator("file-preview iframe").count() == 0
    press(bob, "Show", "report.pdf")
    dialog = bob.page.get_by_role("dialog")
    expect(dialog.locator("iframe")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(bob.page.locator("file-preview iframe")).to_have_count(0)


def test_files_by_keyboard_alone(cast: Cast, tmp_path: Path) -> None:
    alice, bob = guests(cast, "Alice", "Bob")
    together(deploying.room().slug, alice, bob)
    chosen: list[FileChooser] = []
    alice.page.on("filechooser", lambda one: chosen.append(one))
    panel(alice).get_by_role("button", name="Offer files").focus()
    expect(panel(alice).get_by_role("button", name="Offer files")).to_be_focused()
    alice.page.keyboard.press("Enter")
    eventually(lambda: alice.page.evaluate("() => true") and chosen, what="the browser's dialog")
    assert chosen[0].is_multiple()
    (tmp_path / "notes.txt").write_text("notes")
    chosen[0].set_files(tmp_path / "notes.txt")
    expect(card(bob, "notes.txt")).to_be_visible()
    for key in ("Shift+Tab", "ArrowRight", "Enter"):
        bob.page.keyboard.press(key)
    has(bob, "notes.txt")
    expect(card(bob, "notes.txt").get_by_role("button", name="Save notes.txt")).to_be_focused()


def test_files_of_members_come_by_themselves_where_one_wants_that(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, carol, bob = cast.member("Alice", owner), cast.guest("Carol"), cast.guest("Bob")
    together(slug, alice, carol, bob)
    panel(bob).get_by_role("button", name="More").click()
    switch = panel(bob).get_by_role("switch", name="Get members' files without asking")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    bob.page.keyboard.press("Escape")
    offer(carol, ("from a guest.txt", "text/plain", b"guest"))
    offer(alice, ("from a member.txt", "text/plain", b"member"))
    has(bob, "from a member.txt")
    expect(card(bob, "from a guest.txt").get_by_role("button", name="Get")).to_be_visible()


def test_files_of_one_person_are_refused_and_taken_again(alice: Person, bob: Person) -> None:
    offer(alice, ("text.txt", "text/plain", b"text"))
    note, button = card(bob, "text.txt").locator(".file-note"), card(bob, "text.txt").get_by_role("button", name="Get")
    expect(button).to_be_visible()
    menu_of(bob, "Guest Alice").get_by_role("switch", name="Refuse files").click()
    expect(note).to_have_text("You refuse files of this person, or a host does.")
    expect(button).to_have_count(0)
    bob.page.keyboard.press("Escape")
    menu_of(bob, "Guest Alice").get_by_role("switch", name="Refuse files").click()
    expect(button).to_be_visible()
    bob.page.keyboard.press("Escape")
    get(bob, "text.txt")
    bob.control("People").click()


#: Nobody sits here to choose a place. This one is a real file of the File System API: `place.outcome` says what the person does.
PICKER = """
window.place = { outcome: "here" };
window.showSaveFilePicker = async ({ suggestedName }) => {
    if (place.outcome === "cancel") throw new DOMException("", "AbortError");
    const file = await (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
    if (place.outcome === "deny") file.createWritable = async () => { throw new DOMException("", "NotAllowedError"); };
    return file;
};
"""
SAVED = """async (name) => {
    const file = await (await (await navigator.storage.getDirectory()).getFileHandle(name)).getFile();
    const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


def test_a_file_is_saved_where_the_person_chooses(cast: Cast) -> None:
    alice, bob = cast.guest("Alice"), cast.guest("Bob")
    bob.context.add_init_script(PICKER)
    together(deploying.room().slug, alice, bob)
    content = data(3_000_000)
    offer(alice, ("..report.bin", "application/octet-stream", content))
    get(bob, "report.bin")
    notice = bob.page.locator("call-notices")
    bob.page.evaluate("() => void (place.outcome = 'cancel')")
    press(bob, "Save", "report.bin")
    bob.page.evaluate("() => void (place.outcome = 'deny')")
    press(bob, "Save", "report.bin")
    expect(notice).to_contain_text("The browser may not write there. Permit it, or choose another place.")
    bob.page.evaluate("() => void (place.outcome = 'here')")
    press(bob, "Save", "report.bin")
    expected = hashlib.sha256(content).hexdigest()
    eventually(lambda: bob.page.evaluate(SAVED, "report.bin") == expected, what="the file in its place")


def test_somebody_without_space_is_told_and_gets_the_file_when_there_is_some(cast: Cast) -> None:
    alice, bob, dora = guests(cast, "Alice", "Bob", "Dora")
    together(deploying.room().slug, alice, bob, dora)
    quota = dora.context.new_cdp_session(dora.page)
    quota.send("Storage.overrideQuotaForOrigin", {"origin": dora.origin, "quotaSize": 1_000_000})
    offer(alice, ("report.bin", "application/octet-stream", data(5_000_000)))
    for person in (bob, dora):
        press(person, "Get", "report.bin")
    has(bob, "report.bin")
    note = card(dora, "report.bin").locator(".file-note")
    expect(note).to_have_text("There is too little space on this device. Free some, then try again.")
    quota.send("Storage.overrideQuotaForOrigin", {"origin": dora.origin})
    card(dora, "report.bin").get_by_role("button", name=re.compile("report.bin")).click()
    has(dora, "report.bin")
