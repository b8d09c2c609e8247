"""What people do in the chat of a meeting."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.person import Person, eventually


def panel(person: Person) -> Locator:
    return person.page.locator("chat-panel")


def field(person: Person) -> Locator:
    return panel(person).get_by_role("textbox", name="Message")


def open_chat(person: Person) -> None:
    person.control("Chat").click()
    expect(field(person)).to_be_enabled()


def unread(person: Person) -> Locator:
    return person.controls.locator("[data-part=unread]")


def say(person: Person, text: str) -> None:
    field(person).fill(text)
    field(person).press("Enter")


def messages(person: Person) -> list[str]:
    """What is written, from top to bottom."""
    return panel(person).locator(".chat-text").all_inner_texts()


def read(person: Person, *texts: str) -> None:
    eventually(lambda: messages(person) == [*texts], what=f"{person.name} reads {texts}, not {messages(person)}")


def enter(person: Person, slug: str) -> None:
    """Without camera and microphone, so that three people and more fit on a small machine."""
    person.join(slug, quiet=True)


def together(slug: str, *people: Person) -> None:
    for person in people:
        enter(person, slug)
    for person in people:
        eventually(lambda person=person: person.connected(len(people) - 1), what=person.name)  # type: ignore[misc]
        open_chat(person)
