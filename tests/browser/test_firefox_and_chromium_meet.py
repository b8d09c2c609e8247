from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.browser import deployment as deploying
from tests.browser import firefox
from tests.browser.chatting import enter, open_chat, panel, read, say
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.filing import DOWNLOADS, data, get, offer, save
from tests.browser.person import CAMERA, MICROPHONE, RECORDER, SCREEN, Person, eventually

#: Chooses a file in the chat.
OFFER = """void (() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from({ length: 1e6 }, (_, number) => number * 7)], "from fiona.bin"));
    const input = document.querySelector("chat-panel input[type=file]");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
})()"""

#: The green room, the call, or an end.
SHOWN = "document.querySelector('[data-showing]')?.dataset.showing"


@pytest.fixture
def fiona(tmp_path: Path) -> Iterator[firefox.Firefox]:
    with firefox.running(tmp_path, firefox.required(), [RECORDER]) as browser:
        yield browser


def test_whoever_comes_first(cast: Cast, deployment: Deployment, fiona: firefox.Firefox) -> None:
    """Bob is there when Fiona comes with Firefox, and both are when Carol does; then the picture of each is shared by two."""
    room = deploying.room()
    bob, carol = cast.guest("Bob"), cast.guest("Carol")
    bob.join(room.slug)
    fiona.join(f"{deployment.origins[-1]}/{room.slug}", "Fiona")
    _meet(bob, fiona, 1)
    carol.join(room.slug)
    _meet(carol, fiona, 2)
    assert fiona.console == []


def test_firefox_loads_its_page_again_leaves_and_comes_back(cast: Cast, deployment: Deployment, fiona: firefox.Firefox) -> None:
    room = deploying.room()
    bob = cast.guest("Bob")
    bob.join(room.slug)
    fiona.join(f"{deployment.origins[-1]}/{room.slug}", "Fiona")
    _meet(bob, fiona, 1)
    fiona.reload()
    _meet(bob, fiona, 1)
    facts = [message["type"] for frame in bob.incoming for message in frame]
    assert facts.count("joined") == 1
    assert "left" not in facts

    bob.control("Share screen").click()
    eventually(lambda: _count(fiona, SCREEN, "frames", 2) == 1, what="Fiona sees Bob's screen")
    fiona.evaluate("void document.querySelector('call-controls [data-command=leave]').click()")
    eventually(lambda: bob.connections() == [], what="Fiona has left")
    fiona.join(f"{deployment.origins[-1]}/{room.slug}", "Fiona")
    _meet(bob, fiona, 1)
    eventually(lambda: _count(fiona, SCREEN, "frames", 2) == 1, what="Fiona sees Bob's screen again")
    assert fiona.console == []


def test_they_chat(cast: Cast, deployment: Deployment, fiona: firefox.Firefox) -> None:
    """Each checks the signatures of the other's browser, and gives the history to the other."""
    slug = deploying.room().slug
    bob = cast.guest("Bob")
    enter(bob, slug)
    open_chat(bob)
    say(bob, "anybody?")
    fiona.join(f"{deployment.origins[-1]}/{slug}", "Fiona")
    _open_chat(fiona)
    eventually(lambda: _texts(fiona) == ["anybody?"], what="Fiona gets the history")
    _say(fiona, "me, with *Firefox*")
    read(bob, "anybody?", "me, with Firefox")
    panel(bob).get_by_role("listitem").last.hover()
    panel(bob).get_by_role("button", name="React").last.click()
    panel(bob).get_by_role("button", name="🎉", exact=True).click()
    eventually(lambda: fiona.evaluate("!!document.querySelector('[data-emoji=\"🎉\"]')"), what="the reaction")
    bob.leave()
    carol = cast.guest("Carol")
    enter(carol, slug)
    open_chat(carol)
    read(carol, "anybody?", "me, with Firefox")
    fiona.reload()
    _open_chat(fiona)
    eventually(lambda: _texts(fiona) == ["anybody?", "me, with Firefox"], what="Fiona gets it again")
    assert fiona.console == []


def test_they_give_each_other_files(cast: Cast, deployment: Deployment, fiona: firefox.Firefox, tmp_path: Path) -> None:
    """Fiona offers one, gets one, and passes it on to Carol when Bob has left."""
    slug = deploying.room().slug
    bob, carol = cast.guest("Bob"), cast.guest("Carol")
    for person in (bob, carol):
        person.context.add_init_script(DOWNLOADS)
    enter(bob, slug)
    open_chat(bob)
    fiona.join(f"{deployment.origins[-1]}/{slug}", "Fiona")
    _open_chat(fiona)
    content = data(3_000_000)
    offer(bob, ("from bob.bin", "application/octet-stream", content))
    _press(fiona, "Get from bob.bin")
    eventually(lambda: _note(fiona, "from bob.bin") == "You have this file.", what="Fiona has the file")
    fiona.evaluate(OFFER)
    get(bob, "from fiona.bin")
    assert save(bob, "from fiona.bin", tmp_path) == bytes(number * 7 % 256 for number in range(1_000_000))
    bob.leave()
    enter(carol, slug)
    open_chat(carol)
    get(carol, "from bob.bin")
    assert save(carol, "from bob.bin", tmp_path) == content
    fiona.reload()
    _open_chat(fiona)
    eventually(lambda: _note(fiona, "from bob.bin") == "You have this file.", what="Fiona has it still")
    assert fiona.console == []


def _press(fiona: firefox.Firefox, label: str) -> None:
    button = f"[...document.querySelectorAll('file-card button')].find((one) => one.ariaLabel === {label!r})"
    eventually(lambda: fiona.evaluate(f"!!{button}"), what=label)
    fiona.evaluate(f"void {button}.click()")


def _note(fiona: firefox.Firefox, name: str) -> str:
    card = f"[...document.querySelectorAll('file-card')].find((one) => one.textContent.includes({name!r}))"
    note: str = fiona.evaluate(f"{card}?.querySelector('.file-note')?.textContent ?? ''")
    return note


def _open_chat(fiona: firefox.Firefox) -> None:
    button = "document.querySelector('call-controls [data-command=chat]')"
    eventually(lambda: fiona.evaluate(f"!!{button} && !{button}.hidden"), what="the button of the chat")
    fiona.evaluate(f"void {button}.click()")
    eventually(lambda: fiona.evaluate("document.querySelector('chat-panel textarea')?.disabled === false"), what="the chat")


def _say(fiona: firefox.Firefox, text: str) -> None:
    fiona.evaluate(f"void (document.querySelector('chat-panel textarea').value = {json.dumps(text)})")
    fiona.evaluate("void document.querySelector('chat-panel form').requestSubmit()")


def _texts(fiona: firefox.Firefox) -> list[str]:
    texts: list[str] = fiona.evaluate("[...document.querySelectorAll('.chat-text')].map(({ textContent }) => textContent)")
    return texts


def _meet(person: Person, fiona: firefox.Firefox, others: int) -> None:
    """Both see and hear each other, and whoever else is there."""
    eventually(lambda: person.connected(others), what=f"{person.name}'s connections")
    for connection in range(others):
        eventually(lambda: person.sees(CAMERA, connection=connection, since=5), what=f"what {person.name} sees")  # noqa: B023
        eventually(lambda: person.hears(connection=connection), what=f"what {person.name} hears")  # noqa: B023
    try:
        eventually(lambda: _count(fiona, CAMERA, "frames", 5) == others, what="how many Fiona sees")
        eventually(lambda: _count(fiona, MICROPHONE, "energy", 0) == others, what="how many Fiona hears")
    except AssertionError as error:
        for look in (lambda: fiona.evaluate(SHOWN), lambda: fiona.evaluate("window.recorder.open()"), person.connections):
            with suppress(Exception):
                error.add_note(str(look()))
        raise


def _count(fiona: firefox.Firefox, slot: int, what: str, least: float) -> int:
    """From how many of the others more than ``least`` has arrived."""
    received = [one["received"][slot] for one in fiona.evaluate("window.recorder.open()")]
    return sum(one[what] > least for one in received)
