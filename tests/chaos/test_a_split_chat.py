"""A meeting is split by the network: both halves go on writing, and have the same conversation when they meet again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django
from playwright.sync_api import sync_playwright

from tests.browser import deployment as deploying
from tests.browser.chatting import messages, read, say, together
from tests.browser.chromium import FLAGS, program
from tests.browser.person import Person, eventually
from tests.chaos.network import Client, why_not
from tests.chaos.paths import ORIGINS, SECURE, Ground, ground

#: Who is where. Those of one place reach each other without the router.
PLACES: dict[Client, tuple[str, str]] = {"alice": ("Alice", "Ann"), "bob": ("Bob", "Ben")}


@pytest.fixture(scope="module")
def here(
    tmp_path_factory: pytest.TempPathFactory, static: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Ground]:
    if reason := why_not():
        pytest.skip(reason)
    with (
        django_db_blocker.unblock(),
        deploying.database(tmp_path_factory.mktemp("database")) as database,
        ground(tmp_path_factory.mktemp("workers"), database, static, {}) as made,
    ):
        yield made


def test_the_halves_of_a_split_meeting_merge(here: Ground) -> None:
    with sync_playwright() as playwright:
        people = []
        for origin, (place, names) in zip(ORIGINS, PLACES.items(), strict=True):
            path = here.network.script(here.directory, place, program())
            browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, SECURE])
            people += [Person(name, browser, origin) for name in names]
        alice, ann, bob, ben = people
        together(here.rooms[0], *people)
        say(alice, "before")
        for person in people:
            read(person, "before")
        here.network.cut()
        try:
            for writer, reader in ((alice, ann), (ann, alice), (alice, ann)):
                _exchange(writer, reader, "left")
            for writer, reader in ((bob, ben), (ben, bob)):
                _exchange(writer, reader, "right")
            assert [len(messages(person)) for person in people] == [4, 4, 3, 3]
        finally:
            here.network.mend()
        for person in people:
            eventually(lambda person=person: len(messages(person)) == 6, what=person.name)  # type: ignore[misc]
        assert {tuple(messages(person)) for person in people} == {tuple(messages(alice))}
        say(ben, "after")
        for person in people:
            eventually(lambda person=person: messages(person)[6:] == ["after"], what=person.name)  # type: ignore[misc]
        assert not [error for person in people for error in person.errors]


def _exchange(writer: Person, reader: Person, side: str) -> None:
    text = f"{side} {len(messages(writer))}"
    say(writer, text)
    eventually(lambda: text in messages(reader), what=f"{reader.name} reads {text}")
