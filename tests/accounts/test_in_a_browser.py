"""Account pages in Chromium: they work under the CSP, and assistive technology can use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.chromium import launch
from tests.cast import PASSWORD

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def browsing(server: LiveServer, **options: Any) -> Iterator[Page]:
    """A page. At the end of the test it must have had no CSP violation and no exception."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(base_url=server.url, **options)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        yield page
        browser.close()
    assert not wrong


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("bob@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")


@pytest.mark.django_db(transaction=True)
def test_bob_needs_no_password_any_more(live_server: LiveServer, bob: User) -> None:
    with browsing(live_server) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        sign_in(page)
        page.goto("/accounts/2fa/webauthn/add/")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        page.get_by_label("Passwordless").check()
        page.get_by_role("button", name="Add").click()
        page.get_by_text("Security key added.").wait_for()
        page.get_by_role("button", name="Bob").click()
        page.get_by_role("button", name="Sign out").click()
        page.goto("/accounts/login/")
        page.get_by_role("button", name="passkey").click()
        page.get_by_role("button", name="Bob").wait_for()
        page.goto("/accounts/2fa/webauthn/")
        page.get_by_text("Passkey", exact=True).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.django_db(transaction=True)
def test_everybody_can_use_the_pages(live_server: LiveServer, bob: User, scheme: str) -> None:
    axe = Axe()
    with browsing(live_server, color_scheme=scheme, viewport={"width": 390, "height": 800}) as page:
        for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
            check(axe, page, path)
        sign_in(page)
        for path in ("/profile", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"):
            check(axe, page, path)


def check(axe: Axe, page: Page, path: str) -> None:
    page.goto(path)
    report = axe.run(page)
    assert report.violations_count == 0, f"{path}\n{report.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the window"
