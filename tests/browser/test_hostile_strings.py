"""Whatever somebody is called, writes, or names a file: nothing of it runs, no policy is broken, and no page becomes wider.

A new place in a call that shows a text of somebody is a row in ``IN_A_CALL``. Pages are in ``tests/pages``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any, Final

import pytest

from tests.browser import deployment as deploying
from tests.browser.chatting import messages, open_chat
from tests.browser.conftest import Cast
from tests.browser.filing import offer
from tests.browser.person import Person, eventually
from tests.browser.test_pages_fit import fits
from tests.fuzz.page import SCRIPT
from tests.hostile import STRINGS

#: What every script among the strings calls.
OWNED: Final = "window.owned = () => { window.isOwned = true; }"
SIZES: Final = ((320, 640), (1280, 800))
#: A person gets a name only if it passes the page's own checks: the rest would be dropped, whole.
NAMES: Final = [text for text in STRINGS if 0 < len(text) <= 64 and text.isprintable()]


def storable(text: str) -> bool:
    return bool(text.strip()) and "\0" not in text and text.encode("utf-8", "replace").decode() == text


STORED: Final = [text for text in STRINGS if storable(text)]


def look(person: Person) -> None:
    """Nothing ran, and nothing is wider than the page, whatever its width. (``gather`` looks at reports and errors.)"""
    assert not person.page.evaluate("() => window.isOwned"), person.page.url
    for width, height in SIZES:
        person.page.set_viewport_size({"width": width, "height": height})
        fits(person)


Versions = Iterable[int]


def facts(person: Person, *found: dict[str, Any]) -> None:
    """As if the server had said them."""
    person.page.evaluate("(given) => window.fuzz.receive(given)", ["socket", [json.dumps([fact]) for fact in found]])


def people(names: Sequence[str]) -> list[dict[str, str]]:
    return [{"id": f"p{number}", "name": name, "role": "guest", "link": "attached"} for number, name in enumerate(names)]


def on_tiles_and_in_the_list(alice: Person, bob: Person, versions: Versions) -> None:
    alice.control("People").click()
    own = alice.welcome["participants"]
    for start in range(0, len(NAMES), 40):
        some = people(NAMES[start : start + 40])
        roster = {"type": "roster", "epoch": "e", "version": next(iter(versions)), "locked": False, "waiting": []}
        facts(alice, {**roster, "participants": [*own, *some]}, {"type": "hands", "ids": [one["id"] for one in some]})
        look(alice)
    facts(alice, {**roster, "version": next(iter(versions)), "participants": own})


def on_the_waiting_list(alice: Person, bob: Person, versions: Versions) -> None:
    alice.control("People").click()
    facts(alice, *({"type": "knocked", "participant": one, "version": next(iter(versions))} for one in people(NAMES)))
    look(alice)
    facts(alice, *({"type": "left", "id": one["id"], "reason": "left", "version": next(iter(versions))} for one in people(NAMES)))


def in_notices(alice: Person, bob: Person, versions: Versions) -> None:
    number = iter(versions)
    for one in people(NAMES):
        came = {"type": "joined", "participant": one, "version": next(number)}
        facts(alice, came, {"type": "left", "id": one["id"], "reason": "removed", "version": next(number)})
    facts(alice, *({"type": "refused", "code": "forbidden", "reason": text[:200]} for text in STRINGS))
    look(alice)


def in_the_chat(alice: Person, bob: Person, versions: Versions) -> None:
    for person in (alice, bob):
        open_chat(person)
    field = bob.page.locator("chat-panel").get_by_role("textbox", name="Message")
    before = len(messages(alice))
    said = [text for text in STORED if len(text) <= 4000][:120]
    for text in said:
        field.fill(text)
        field.press("Enter")
    eventually(lambda: len(messages(alice)) > before, what="what Bob writes")
    look(alice)
    look(bob)


def in_names_of_files(alice: Person, bob: Person, versions: Versions) -> None:
    for person in (alice, bob):
        open_chat(person)
    for start in range(0, len(STORED), 10):
        offer(bob, *((text[:200], "text/plain", b"x") for text in STORED[start : start + 10]))
    eventually(lambda: alice.page.locator("chat-panel .chat-list file-card").count() > 0, what="Bob's files")
    look(alice)


IN_A_CALL = [on_tiles_and_in_the_list, on_the_waiting_list, in_notices, in_the_chat, in_names_of_files]


@pytest.mark.parametrize("place", IN_A_CALL, ids=lambda place: place.__name__)
def test_nothing_runs_in_a_call(cast: Cast, place: Callable[[Person, Person, Versions], None]) -> None:
    owner = deploying.user("Alice")
    slug = deploying.room(owner=owner, capacity=50).slug
    alice, bob = cast.member("Alice", owner), cast.guest("Bob")
    alice.context.add_init_script(path=SCRIPT)
    elsewhere: list[str] = []
    for person in (alice, bob):
        person.context.add_init_script(OWNED)
        person.page.on("request", lambda request: elsewhere.append(request.url))
        person.join(slug, quiet=True)
    for person in (alice, bob):
        eventually(lambda person=person: person.connected(1), what=person.name)  # type: ignore[misc]
    place(alice, bob, count(10**9))
    assert all(url.startswith((alice.origin, bob.origin, "blob:", "data:")) for url in elsewhere), "fetched from elsewhere"
