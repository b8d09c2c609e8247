from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.servers import coturn
from tests.redis_server import free_port

SECRET = "shared with coturn"
DONE_MS = 90_000


@pytest.fixture
def lending(tmp_path: Path, database: Path, static: Path) -> Iterator[Deployment]:
    """A relay over UDP and TCP, and one over TLS that is down."""
    with coturn(tmp_path, SECRET) as relay:
        here = f"127.0.0.1:{relay.port}"
        variables = {
            "STUN_URLS": f"stun:{here}",
            "TURN_URLS": f"turn:{here}?transport=udp,turn:{here}?transport=tcp,turns:127.0.0.1:{free_port()}?transport=tcp",
            "TURN_SECRET": SECRET,
        }
        with deploying.deployed(tmp_path, database=database, static=static, workers=1, variables=variables) as running:
            yield running


def step(dialog: Locator, name: str) -> Locator:
    return dialog.locator("li", has=dialog.page.get_by_text(name, exact=True))


def test_each_way_is_tried_and_told(gather: Callable[[Deployment], Cast], lending: Deployment) -> None:
    alice = gather(lending).guest("Alice")
    alice.arrive(deploying.room(capacity=3).slug)
    alice.page.get_by_role("button", name="Test my connection").click()
    dialog = alice.page.get_by_role("dialog", name="Test my connection")
    dialog.get_by_role("button", name="Start the test").click()
    expect(dialog.locator("connection-test")).to_have_attribute("data-state", "done", timeout=DONE_MS)
    for name in (
        "Server",
        "Camera",
        "Microphone",
        "Own address (STUN)",
        "Relay over UDP (TURN)",
        "Relay over TCP (TURN)",
        "Capacity",
    ):
        expect(step(dialog, name)).to_have_attribute("data-state", "good")
    expect(step(dialog, "Server")).to_contain_text(re.compile(r"round trip \d+ ms"))
    down = step(dialog, "Relay over TLS (TURN)")
    expect(down).to_have_attribute("data-state", "bad")
    expect(down).to_contain_text("A firewall blocks it, or the relay is down.")
    expect(step(dialog, "Capacity")).to_contain_text("Good for about 3 people with video.")
    expect(dialog.get_by_role("status")).to_contain_text("Something does not work.")

    dialog.get_by_role("button", name="Copy the report").click()
    report = alice.page.evaluate("() => navigator.clipboard.readText()")
    assert "Relay over TLS (TURN): Does not work" in report
    assert "credential" not in report
    assert deploying.visits(alice.page.url.rsplit("/", 1)[-1]) == {}, "nobody has joined"

    alice.page.keyboard.press("Escape")
    alice.ask_to_join()
    expect(alice.tile("Alice (you)")).to_be_visible()


def test_without_a_relay_no_figure_is_made_up(cast: Cast) -> None:
    alice = cast.guest("Alice")
    alice.arrive(deploying.room().slug)
    alice.page.get_by_role("button", name="Test my connection").click()
    dialog = alice.page.get_by_role("dialog", name="Test my connection")
    dialog.get_by_role("button", name="Start the test").click()
    capacity = step(dialog, "Capacity")
    expect(capacity).to_have_attribute("data-state", "unknown")
    expect(capacity).to_contain_text("This server lends no relay")
