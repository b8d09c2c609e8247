"""The security code of a meeting: equal for everybody, unless somebody sits in between."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import enter
from tests.browser.conftest import Cast
from tests.browser.person import Person, eventually


def dialog(person: Person) -> Locator:
    return person.page.get_by_role("dialog", name="Verify the call")


def verify(person: Person) -> None:
    person.controls.locator(".controls-info").get_by_role("button", name="Verify the call").click()
    expect(dialog(person)).to_be_visible()


def code(person: Person) -> tuple[list[str], str]:
    """The words and the number, once they are there."""
    expect(dialog(person).locator(".code")).to_be_visible()
    return dialog(person).locator(".code-words > li").all_inner_texts(), dialog(person).locator(".code-digits").inner_text()


def close(person: Person) -> None:
    person.page.keyboard.press("Escape")
    expect(dialog(person)).to_be_hidden()


def test_everybody_reads_the_same_words_and_a_change_is_explained(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob, carol = cast.member("Alice"), cast.guest("Bob"), cast.guest("Carol")
    enter(alice, slug)
    verify(alice)
    expect(dialog(alice).get_by_role("status")).to_contain_text("You are the only one here")
    enter(bob, slug)
    verify(bob)
    words, number = code(alice)
    assert code(bob) == (words, number)
    assert len(words) == 8 and all(re.fullmatch("[a-z]{3,8}", word) for word in words)
    assert re.fullmatch(r"\d{5}( \d{5}){4}", number)
    expect(dialog(alice).get_by_role("listitem").filter(has_text="Bob")).to_contain_text("Covered by the code")

    close(alice)
    enter(carol, slug)
    expect(alice.page.locator("call-notices")).to_contain_text("The security code changed because Guest Carol joined.")
    verify(alice)
    verify(carol)
    expect(dialog(bob)).to_contain_text("The security code changed because Guest Carol joined.")
    assert code(alice) == code(bob) == code(carol)
    assert code(alice)[0] != words

    three = code(alice)
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    verify(bob)
    expect(dialog(alice)).to_contain_text("The security code changed because the page of Guest Bob has another key")
    eventually(lambda: code(alice) == code(bob) == code(carol) != three, what="the same code after a reload")
    close(carol)
    carol.leave()
    expect(dialog(alice)).to_contain_text("The security code changed because Guest Carol left.")
    eventually(lambda: code(alice) == code(bob), what="the same code for two")
