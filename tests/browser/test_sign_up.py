from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, eventually


def test_from_the_first_page_into_a_call(cast: Cast) -> None:
    dora, bob = cast.guest("Dora"), cast.guest("Bob")
    page = dora.page
    dora.open("/")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("Your name").fill("Dora")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill("dora@example.org")
    page.get_by_label("Password", exact=True).fill("correct horse battery staple")
    page.get_by_role("button", name="Sign up").click()

    page.get_by_role("button", name="New meeting").click()
    expect(page).to_have_url(re.compile(r"/[a-z]{3}-[a-z]{4}-[a-z]{3}$"))
    dora.ask_to_join()
    expect(dora.tile("Dora (you)")).to_be_visible()

    dora.control("More").click()
    dora.control("Invite people").click()
    dialog = page.get_by_role("dialog")
    link = dialog.get_by_label("Send them this link").input_value()
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == link

    bob.join(link.rpartition("/")[2])
    eventually(lambda: bob.connected(1) and bob.sees(CAMERA), what="Dora's picture")
    expect(dora.tile("Bob")).to_be_visible()
