"""Tina follows the link of her course on a platform of another site."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.deployment import ALIAS, embedded
from tests.browser.person import Person
from tests.lti.school import school


def test_the_link_of_a_course_leads_into_its_room(chromium: Browser, database: Path, static: Path, tmp_path: Path) -> None:
    allowed = {"WEBHOOK_NETWORKS": "127.0.0.0/8"}
    with school() as moodle, embedded(tmp_path, database=database, static=static, variables=allowed) as server:
        site = f"http://localhost:{moodle.port}"
        platform = moodle.enroll(f"{site}/auth", ALIAS)
        tina = Person("Tina", chromium, server.origin)
        try:
            tina.open(f"{site}/course?tool={server.origin}&name=Tina")
            tina.page.get_by_role("link", name="Meeting").click()
            expect(tina.page.locator("main")).to_contain_text("You enter as Tina.")
            tina.page.get_by_role("button", name="Continue").click()
            expect(tina.page.locator("green-room[data-camera=on]")).to_be_visible()
            tina.ask_to_join()
            expect(tina.tile("Tina (you)")).to_be_visible()
            assert tina.welcome["room"]["name"] == "Biology 7b"
            assert not [*tina.errors, *tina.reports]
        finally:
            tina.close()
            platform.delete(using=ALIAS)
