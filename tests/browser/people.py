"""What people do with each other in the list of people."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.person import Person

#: The menu of a person. Hosts have another one, for everybody.
MENU = "person-menu[aria-label^='Actions for']"


def menu_of(person: Person, name: str) -> Locator:
    """Open the menu of somebody in the list of people, which is opened if it is not open."""
    panel = person.page.locator("people-panel")
    if panel.is_hidden():
        person.control("People").click()
    panel.get_by_role("button", name=f"Actions for {name}").click()
    return person.page.locator(MENU)
