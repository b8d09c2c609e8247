"""The security code of a meeting: equal for everybody, unless somebody sits in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.chatting import enter
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.in_between import InBetween
from tests.browser.other_proof import OtherProof
from tests.browser.other_stack import OtherStack
from tests.browser.person import Person, eventually
from tests.browser.test_another_stack_joins import Elsewhere
from tests.browser.test_another_stack_joins import elsewhere as elsewhere
from tests.browser.test_another_stack_joins import enter as join

WARNING = "its certificate is not the one that their browser has signed. Somebody may sit in between."


def notices(person: Person) -> str:
    return person.page.locator("call-notices").inner_text()


def dialog(person: Person) -> Locator:
    return person.page.get_by_role("dialog", name="Verify the call")


def verify(person: Person) -> None:
    person.controls.locator(".controls-info").get_by_role("button", name="Verify the call").click()
    expect(dialog(person)).to_be_visible()


def code(person: Person) -> tuple[list[str], str]:
    """The words and the number, once they are there."""
    expect(dialog(person).locator(".code")).to_be_visible()
    return dialog(person).locator(".code-words > li").all_inner_texts(), dialog(person).locator(".code-digits").inner_text()


def same(*people: Person) -> None:
    """Everybody has the same code."""
    eventually(lambda: len({str(code(person)) for person in people}) == 1, what="the same code")


def covers(person: Person, name: str) -> None:
    expect(dialog(person).get_by_role("listitem").filter(has_text=name)).to_contain_text("Covered by the code")


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
    same(alice, bob)
    words, number = code(alice)
    assert len(words) == 8 and all(re.fullmatch("[a-z]{3,8}", word) for word in words)
    assert re.fullmatch(r"\d{5}( \d{5}){4}", number)
    covers(alice, "Bob")

    close(alice)
    enter(carol, slug)
    expect(alice.page.locator("call-notices")).to_contain_text("The security code changed because Guest Carol joined.")
    verify(alice)
    verify(carol)
    expect(dialog(bob)).to_contain_text("The security code changed because Guest Carol joined.")
    same(alice, bob, carol)
    assert code(alice)[0] != words

    three = code(alice)
    bob.page.reload()
    expect(bob.tile("Bob (you)")).to_be_visible()
    verify(bob)
    expect(dialog(alice)).to_contain_text("The security code changed because the page of Guest Bob has another key")
    same(alice, bob, carol)
    assert code(alice) != three
    close(carol)
    carol.leave()
    expect(dialog(alice)).to_contain_text("The security code changed because Guest Carol left.")
    same(alice, bob)


@pytest.fixture
def between(elsewhere: Elsewhere) -> Iterator[Callable[..., InBetween]]:
    made: list[InBetween] = []

    def make(slug: str, *, forges: bool) -> InBetween:
        made.append(InBetween(elsewhere.run, slug, forges=forges))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_somebody_in_between_who_signs_for_both_is_seen_by_both(cast: Cast, between: Callable[..., InBetween]) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    mallory = between(slug, forges=True)
    for person in (alice, bob):
        mallory.tap(person.page)
        enter(person, slug)
    for person in (alice, bob):
        verify(person)
    covers(alice, "Bob")
    covers(bob, "Alice")
    (words, number), (others, other) = code(alice), code(bob)
    assert words != others and number != other
    dialog(alice).get_by_text("What if the words differ?").click()
    expect(dialog(alice)).to_contain_text("Say nothing that is confidential.")


def test_somebody_in_between_who_passes_signatures_on_is_cut_off(cast: Cast, between: Callable[..., InBetween]) -> None:
    """Whoever checks first closes the pair and warns; the other one may not get to check."""
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    mallory = between(slug, forges=False)
    for person in (alice, bob):
        mallory.tap(person.page)
        enter(person, slug)
    warned = eventually(lambda: [person for person in (alice, bob) if WARNING in notices(person)], what="a warning")
    eventually(lambda: not alice.connected(1) and not bob.connected(1), what="the end of the pair")
    verify(warned[0])
    expect(dialog(warned[0]).get_by_role("status")).to_contain_text("There is a code as soon as you are connected to")


def test_another_stack_has_the_same_code_from_the_page_of_the_protocol_alone(
    cast: Cast, deployment: Deployment, elsewhere: Elsewhere
) -> None:
    slug = deploying.room().slug
    alice = cast.member("Alice")
    robot = OtherStack("Robot", proof=OtherProof())
    enter(alice, slug)
    join(robot, elsewhere, deployment, slug)
    verify(alice)
    covers(alice, "Robot")
    eventually(lambda: robot.pairs and robot.number() == code(alice)[1], what="the same code")
    elsewhere.run(robot.leave())


def test_whoever_signs_nothing_is_shown_as_not_covered(cast: Cast, deployment: Deployment, elsewhere: Elsewhere) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    robot = OtherStack("Robot")
    for person in (alice, bob):
        enter(person, slug)
    join(robot, elsewhere, deployment, slug)
    verify(alice)
    verify(bob)
    row = dialog(alice).get_by_role("listitem").filter(has_text="Robot")
    expect(row).to_contain_text("Not covered: their program signs nothing.")
    same(alice, bob)
    assert alice.connected(2)
    elsewhere.run(robot.leave())
