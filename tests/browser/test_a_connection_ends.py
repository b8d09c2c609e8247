"""A connection is closed under somebody's page: the pair is made anew, and what was on the stage stays there."""

from __future__ import annotations

import pytest

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, Person, eventually


def pair(cast: Cast) -> tuple[Person, Person]:
    """Alice, and Bob who came later and has offered to her."""
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    for person in (alice, bob):
        person.join(slug)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1) and person.sees(CAMERA), what=person.name)  # type: ignore[misc]
    return alice, bob


def made(person: Person) -> int:
    count: int = person.page.evaluate("() => window.recorder.made()")
    return count


def renewed(person: Person) -> bool:
    return made(person) > 1 and person.connected(1) and person.sees(CAMERA)


@pytest.mark.parametrize("unlucky", ["Alice", "Bob"])
def test_whichever_end_is_closed_the_pair_comes_back(cast: Cast, unlucky: str) -> None:
    people = pair(cast)
    next(person for person in people if person.name == unlucky).page.evaluate("() => window.recorder.end()")
    for person in people:
        eventually(lambda person=person: renewed(person), what=f"{person.name}'s new pair")  # type: ignore[misc]
        assert made(person) == 2, "both agree on one connection at once"
