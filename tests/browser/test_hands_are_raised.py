"""Hands: the same order for everybody, on two workers, across a reload, by keyboard, and when the server has lost everything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import Person, eventually
from tests.redis_server import free_port


def places(person: Person) -> dict[str, str]:
    """The place of each hand that this person sees raised, by the first word of the tile's name."""
    tiles = person.page.locator("video-tile[data-hand]")
    found = tiles.evaluate_all("(tiles) => tiles.map((tile) => [tile.getAttribute('aria-label'), tile.dataset.hand])")
    return {label.removeprefix("Guest ").split()[0].strip(","): place for label, place in found}


def all_see(people: list[Person], **expected: str) -> None:
    for person in people:
        eventually(lambda person=person: places(person) == expected, what=f"the hands that {person.name} sees")  # type: ignore[misc]


def join(person: Person, slug: str) -> None:
    """Quiet: the sound of the fake microphone is speech, after which a hand is lowered."""
    person.join(slug, quiet=True)


def is_back(person: Person, before: str) -> bool:
    """Whether a roster of another epoch has come."""
    person.connections()
    return bool(person.welcome["epoch"] != before)


def test_everybody_sees_the_same_order_and_a_host_lowers(cast: Cast) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner).slug
    alice, bob, carol = cast.member("Alice", owner), cast.guest("Bob"), cast.guest("Carol")
    everybody = [alice, bob, carol]
    for person in everybody:
        join(person, slug)

    carol.page.keyboard.press("h")
    all_see(everybody, Carol="1")
    bob.control("Raise hand").click()
    all_see(everybody, Carol="1", Bob="2")
    alice.page.keyboard.press("h")
    all_see(everybody, Carol="1", Bob="2", Alice="3")

    carol.page.reload()
    expect(carol.tile("Carol (you)")).to_be_visible()
    expect(carol.tile("Alice")).to_be_visible()
    all_see(everybody, Carol="1", Bob="2", Alice="3")
    expect(carol.control("Raise hand")).to_have_attribute("aria-pressed", "true")

    carol.control("People").click()
    panel = carol.page.get_by_role("region", name="People")
    expect(panel.locator("raised-hands li")).to_have_count(3)
    expect(panel.get_by_role("button", name="Lower")).to_have_count(1)
    panel.get_by_role("button", name="Lower the hand of").click()
    all_see(everybody, Bob="1", Alice="2")

    expect(alice.controls.locator("[data-part=hands]")).to_have_text("2")
    alice.control("People").click()
    alice.page.get_by_role("button", name="Lower the hand of Guest Bob").click()
    all_see(everybody, Alice="1")
    expect(bob.control("Raise hand")).to_have_attribute("aria-pressed", "false")
    bob.page.keyboard.press("h")
    all_see(everybody, Alice="1", Bob="2")
    alice.page.get_by_role("button", name="Lower all hands").click()
    all_see(everybody)
    expect(alice.page.locator("raised-hands")).to_be_hidden()


def test_alice_leaves_with_a_raised_hand_and_joins_again(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    for person in (alice, bob):
        join(person, slug)
    alice.page.keyboard.press("h")
    all_see([alice, bob], Alice="1")

    alice.leave()
    all_see([bob])
    alice.page.get_by_role("link", name="Join again").click()
    alice.ask_to_join()
    expect(bob.tile("Alice")).to_be_visible()
    expect(alice.control("Raise hand")).to_have_attribute("aria-pressed", "false")
    bob.page.keyboard.press("h")
    all_see([alice, bob], Bob="1")
    alice.page.keyboard.press("h")
    all_see([alice, bob], Bob="1", Alice="2")
    alice.page.keyboard.press("h")
    all_see([alice, bob], Bob="1")


def test_hands_are_up_again_after_the_only_server_has_lost_them(
    gather: Callable[[Deployment], Cast], tmp_path: Path, database: Path, static: Path
) -> None:
    """The embedded server is started anew. It learns of the hands from the browsers."""
    ports = [free_port()]

    def served() -> AbstractContextManager[Deployment]:
        return deploying.deployed(tmp_path, database=database, static=static, ports=ports, variables={"REDIS_URL": ""})

    slug = deploying.room().slug
    with served() as deployment:
        cast = gather(deployment)
        everybody = [cast.member("Alice"), cast.guest("Bob")]
        for person in everybody:
            join(person, slug)
        everybody[1].page.keyboard.press("h")
        all_see(everybody, Bob="1")
        epoch = everybody[0].welcome["epoch"]
    with served():
        for person in everybody:
            eventually(lambda person=person: is_back(person, epoch), what=f"{person.name} is back")  # type: ignore[misc]
        all_see(everybody, Bob="1")
        everybody[1].page.keyboard.press("h")
        all_see(everybody)
