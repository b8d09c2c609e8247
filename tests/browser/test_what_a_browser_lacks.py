"""Browsers that are old, or in which something is switched off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser import deployment as deploying
from tests.browser.chromium import FLAGS, program
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import CAMERA, Person, eventually

OPTIONAL = [
    "delete Promise.withResolvers",
    "delete Intl.Segmenter",
    "delete window.AudioContext",
    "delete Navigator.prototype.wakeLock; delete Navigator.prototype.locks; delete Navigator.prototype.permissions",
    """for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });""",
]
THROWS = "window.RTCPeerConnection = class { constructor() { throw new DOMException('off', 'NotSupportedError'); } };"


@pytest.fixture(scope="module")
def slug(database: Path) -> str:
    return deploying.room().slug


@pytest.fixture(scope="module")
def alice(company: Cast, slug: str) -> Person:
    """In the call that the others come into, one after the other."""
    person = company.member("Alice")
    person.join(slug)
    return person


@pytest.mark.parametrize("lack", OPTIONAL, ids=["promise", "segmenter", "audio", "navigator", "storage"])
def test_what_a_meeting_goes_on_without(cast: Cast, slug: str, alice: Person, lack: str) -> None:
    bob = cast.guest("Bob")
    bob.context.add_init_script(lack)
    bob.join(slug)
    eventually(lambda: bob.connected(1) and bob.sees(CAMERA) and bob.hears(), what="the pair")
    bob.control("Camera").click()
    expect(alice.tile("Bob")).to_have_attribute("data-camera", "off")
    bob.leave()
    expect(alice.tile("Bob")).to_have_count(0)


@pytest.mark.parametrize(
    ("lack", "named"),
    [
        ("delete window.RTCPeerConnection", "WebRTC, which connects browsers"),
        ("delete window.WebSocket", "WebSocket, which connects the page"),
        ("delete AbortSignal.any", "JavaScript of 2024"),
        ("delete HTMLElement.prototype.popover", "Style sheets and menus"),
    ],
)
def test_what_is_missing_is_named_at_once(cast: Cast, lack: str, named: str) -> None:
    slug = deploying.room().slug
    bob = cast.guest("Bob")
    bob.context.add_init_script(lack)
    bob.open(f"/{slug}")
    expect(bob.page.get_by_role("heading", name="This browser cannot show a meeting")).to_be_visible()
    expect(bob.page.locator("main li:visible")).to_have_count(1)
    expect(bob.page.get_by_text(named)).to_be_visible()
    expect(bob.page.locator("green-room")).to_be_hidden()
    bob.errors.clear()  # the modules may end where the browser does


def test_a_constructor_that_throws_is_named_when_one_joins(cast: Cast) -> None:
    slug = deploying.room().slug
    bob = cast.guest("Bob")
    bob.context.add_init_script(THROWS)
    bob.arrive(slug)
    bob.ask_to_join()
    expect(bob.page.get_by_text("WebRTC, which connects browsers")).to_be_visible()
    eventually(lambda: bob.tracks()[0] == 0, what="devices off")


@pytest.fixture
def no_cookies(playwright: Playwright, tmp_path: Path) -> Iterator[Path]:
    """A profile of a person who blocks cookies, and with them all storage."""
    (tmp_path / "Default").mkdir()
    preferences = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(preferences))
    yield tmp_path


def test_whoever_blocks_cookies_is_told(deployment: Deployment, playwright: Playwright, no_cookies: Path) -> None:
    context = playwright.chromium.launch_persistent_context(no_cookies, executable_path=program(), args=FLAGS)
    page = context.pages[0]
    page.goto(f"{deployment.origins[0]}/{deploying.room().slug}")
    expect(page.get_by_text("Cookies, by which the server knows you again")).to_be_visible()
    expect(page.locator("green-room")).to_be_hidden()
    context.close()
