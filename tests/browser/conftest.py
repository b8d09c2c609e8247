from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from playwright.sync_api import Browser, Playwright, sync_playwright

from accounts.models import User
from tests.browser import deployment as deploying
from tests.browser.chromium import FEW_FRAMES, launch, shell
from tests.browser.deployment import Deployment
from tests.browser.person import Person


class Cast:
    """The people of one test, each on the next worker in turn."""

    def __init__(self, browser: Browser, deployment: Deployment) -> None:
        self._browser = browser
        self._deployment = deployment
        self.people: list[Person] = []

    def member(self, name: str, account: User | None = None, **options: Any) -> Person:
        """Somebody who has signed in."""
        account = account or deploying.user(name)
        return self._enter(name, deploying.login(account), **options)

    def guest(self, name: str, **options: Any) -> Person:
        """Somebody without an account, in a fresh browser."""
        return self._enter(name, "", **options)

    def _enter(self, name: str, cookie: str, **options: Any) -> Person:
        origins = self._deployment.origins
        person = Person(name, self._browser, origins[len(self.people) % len(origins)], cookie, **options)
        self.people.append(person)
        return person

    def check(self) -> None:
        """No page may have had an exception or a CSP violation. Of what was checked before, nothing is said again."""
        troubles = [trouble for person in self.people for trouble in [*person.errors, *person.reports]]
        print(*(line for person in self.people for line in person.console), sep="\n")  # shown when the test has failed
        for person in self.people:
            for told in (person.errors, person.reports, person.console):
                told.clear()
        assert not troubles

    def close(self) -> None:
        for person in self.people:
            person.close()


@pytest.fixture(scope="package")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deployment")


@pytest.fixture(scope="package")
def database(directory: Path, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Path]:
    """Playwright's synchronous calls run inside an event loop, where Django would refuse to touch a database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with django_db_blocker.unblock(), deploying.database(directory) as path:
            yield path


@pytest.fixture(scope="package")
def deployment(directory: Path, database: Path, static: Path) -> Iterator[Deployment]:
    """Two workers."""
    with deploying.deployed(directory, database=database, static=static) as running:
        yield running


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright, FEW_FRAMES, path=shell())
    yield browser
    browser.close()


@pytest.fixture
def gather(chromium: Browser) -> Iterator[Callable[[Deployment], Cast]]:
    """Make the cast of a deployment. In every test, no page may have an exception or a CSP violation."""
    with ExitStack() as casts:

        def make(deployment: Deployment) -> Cast:
            cast = Cast(chromium, deployment)
            casts.callback(cast.close)
            casts.callback(cast.check)
            return cast

        yield make


@pytest.fixture
def cast(gather: Callable[[Deployment], Cast], deployment: Deployment) -> Cast:
    return gather(deployment)


@pytest.fixture
def whole(playwright: Playwright, deployment: Deployment) -> Iterator[Cast]:
    """As ``cast``, with the whole browser, for what :func:`shell` lacks."""
    with ExitStack() as ends:
        browser = launch(playwright, FEW_FRAMES)
        ends.callback(browser.close)
        cast = Cast(browser, deployment)
        ends.callback(cast.check)
        yield cast


@pytest.fixture(scope="module")
def company(chromium: Browser, deployment: Deployment) -> Iterator[Cast]:
    """The people of a meeting that goes on from test to test. Each test leaves it as it found it; the last one may end it."""
    with ExitStack() as ends:
        cast = Cast(chromium, deployment)
        ends.callback(cast.close)
        ends.callback(cast.check)
        yield cast


@pytest.fixture(autouse=True)
def _company_is_well(request: pytest.FixtureRequest) -> Iterator[None]:
    """What ``gather`` says of pages holds for them, too."""
    company = request.getfixturevalue("company") if "company" in request.fixturenames else None
    yield
    if company:
        company.check()
