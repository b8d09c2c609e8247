"""Olga looks at every page of the admin: narrow and wide, light and dark, by keyboard, and with axe.

Pages are found from the admin's addresses, rows are those of ``tests.rooms.test_admin_costs``: a new one joins by itself.
``SCREENSHOTS=directory`` keeps a picture of each page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.test import override_settings
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from playwright.sync_api import Response, ViewportSize

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import Person
from tests.browser.test_accessibility import SETTLED, Inspector
from tests.browser.test_pages_fit import BEYOND
from tests.rooms.test_admin_costs import ROWS
from tests.settings import SWITCHED_ON

NARROW: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
#: Of these alone the pages to delete a row and to see its history are opened. Those of other models have the same templates.
WHOLE = ("accounts_user", "rooms_room")
#: They go on until the page is closed.
STREAMS = "_events"
#: What is at an address that leads on, that is for others, or that takes a POST.
NO_PAGE = (302, 403, 405)
#: Rules of axe that depend on colours and sizes.
OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
#: What people come to a page for: its form or its list; else its first link.
MAIN = ("#content input[type=submit]", "#content button", "#content .addlink", "#result_list a", "#content a")
#: How an element looks, as far as a focus changes it.
LOOK = """(main, element = document.querySelector(main)) => {
    const { outlineStyle, boxShadow, borderColor, backgroundColor, textDecorationLine } = getComputedStyle(element);
    return [outlineStyle, boxShadow, borderColor, backgroundColor, textDecorationLine].join();
}"""
FOCUSED = f"""(main) => {{
    const element = document.activeElement;
    const {{ left, top, right, bottom }} = element.getBoundingClientRect();
    const isHere = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
    const look = ({LOOK})(main, element);
    return {{ skips: element.matches("a[href='#content-start']"), acts: element === document.querySelector(main), isHere, look }};
}}"""
MOST_KEYS = 150


#: What templates and scripts of Django, Select2 and allauth lack, by rule of axe.
KNOWN = {
    # The question mark behind the names of two lists to choose from is a picture with a label.
    "aria-prohibited-attr": 'class="help-tooltip',
    # The picture of a lens names the field to search in.
    "label-title-only": 'id="searchbar"',
    # In tables of rows that belong to a row, the columns for their names and for deleting have no headings.
    "empty-table-header": '<th( class="original")?></th>',
    # Such tables scroll where they are wide. If nothing in them takes the focus, a keyboard does not scroll them.
    "scrollable-region-focusable": 'class="js-inline-admin-formset inline-group"',
    # A field for the key of a row has a small picture of a lens, and the name of the row, which may be short.
    "target-size": 'class="related-lookup"|^<a href="[^"]*/change/">',
    # The face of a field with suggestions. The field itself has its label.
    "aria-input-field-name": 'class="select2-selection',
}


class Router:
    """Everything is in the database of the deployment."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return deploying.ALIAS

    db_for_write = db_for_read


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, database: Path, static: Path) -> Iterator[Deployment]:
    """A worker with everything that is optional."""
    directory = tmp_path_factory.mktemp("full")
    options: Any = {"workers": 1, "variables": SWITCHED_ON}
    with deploying.deployed(directory, database=database, static=static, **options) as running:
        yield running


@pytest.fixture(scope="module")
def rows(full: Deployment) -> dict[str, Any]:
    """By model, the key of a row."""
    with override_settings(DATABASE_ROUTERS=[Router()]):
        for number, make in enumerate(ROWS.values()):
            make(number)
        keys = {_prefix(model): model._default_manager.values_list("pk", flat=True).first() for model in ROWS}
    return {**keys, "auth_user": keys["accounts_user"]}


@pytest.fixture
def olga(gather: Callable[[Deployment], Cast], full: Deployment) -> Person:
    account = deploying.user("Olga", is_staff=True, is_superuser=True)
    return gather(full).member("Olga", account, color_scheme="light", viewport=WIDE)


def _prefix(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def pages(rows: dict[str, Any]) -> dict[str, str]:
    """By address, which page it is. There may be none at an address, for example only an answer to a POST."""
    found = {}
    for name in _names(get_resolver(None)):
        prefix = max((one for one in rows if name.startswith(f"{one}_")), key=len, default="")
        if name.endswith(STREAMS) or (name.endswith(("_delete", "_history")) and prefix not in WHOLE):
            continue
        for address in _addresses(name, [rows[prefix]] if prefix else ["rooms"]):
            found[address] = name
    return found


def _names(resolver: URLResolver, inside: bool = False) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, inside or pattern.namespace == "admin")
        elif inside and pattern.name:
            yield pattern.name


def _addresses(name: str, arguments: list[Any]) -> Iterator[str]:
    for given in ([], *([one] for one in arguments)):
        try:
            yield reverse(f"admin:{name}", args=given)
        except NoReverseMatch:
            continue


class Review:
    """Looks at one page after the other, and collects what is wrong."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.seen: list[str] = []
        self._inspector = Inspector(person, KNOWN)
        self.found = self._inspector.found
        self.page.on("response", self._note)

    def visit(self, address: str, name: str) -> None:
        answer = self.person.context.request.get(address, max_redirects=0)
        if answer.status not in NO_PAGE and answer.status != 200:
            self.found.append(f"{name}: {answer.status}")
        if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
            return
        self.seen.append(name)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(WIDE)
        self.person.open(address)
        self._inspector.look(f"{name}, wide and light")
        self._keep(f"{name}-wide-light")
        self._press_keys(name)
        self.page.emulate_media(color_scheme="dark")
        self._keep(f"{name}-wide-dark")
        self.page.set_viewport_size(NARROW)
        self._inspector.look(f"{name}, narrow and dark", *OF_LOOKS)
        self._keep(f"{name}-narrow-dark")
        if beyond := self.page.evaluate(BEYOND):
            self.found.append(f"{name}, narrow: {beyond}")
        if SCREENSHOTS:
            self.page.emulate_media(color_scheme="light")
            self._keep(f"{name}-narrow-light")

    def _press_keys(self, name: str) -> None:
        """From the top of the page over the link into its content to its main action."""
        if not self.page.locator("#content :focus").count():
            self.page.keyboard.press("Tab")
            skip = self._focused("a")
            if not (skip["skips"] and skip["isHere"]):
                self.found.append(f"{name}: the first key leads to no link into the content")
            self.page.keyboard.press("Enter")
        main = next((one for one in MAIN if self.page.locator(one).first.is_visible()), None)
        if main is None:
            return
        before = self.page.evaluate(LOOK, main)
        for _ in range(MOST_KEYS):
            self.page.keyboard.press("Tab")
            if (focused := self._focused(main))["acts"]:
                break
        if not focused["acts"]:
            self.found.append(f"{name}: no key leads to {main}")
        elif not focused["isHere"] or focused["look"] == before:
            self.found.append(f"{name}: nobody sees the focus on {main}")

    def _note(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status} {response.url}")

    def _focused(self, main: str) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOCUSED, main)
        return found

    def _keep(self, name: str) -> None:
        if SCREENSHOTS:
            self.page.evaluate(SETTLED)
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", caret="initial")


def test_every_page(olga: Person, rows: dict[str, Any]) -> None:
    review = Review(olga)
    for address, name in pages(rows).items():
        review.visit(address, name)
    lists = {f"{prefix}_changelist" for prefix in map(_prefix, ROWS)}
    assert lists | {"index", "dashboard", "rooms_room_change", "accounts_user_data"} <= {*review.seen}
    assert not review.found, "\n\n".join(review.found)
    assert not [line for line in olga.console if ": error: " in line]
