"""Olga has the dashboard open when the worker that feeds it dies: it goes on with another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.browser import deployment as deploying
from tests.browser import firefox
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import Person, eventually
from tests.chaosproxy import StandingProxy, standing_proxy
from tests.redis_server import free_port

LIVE = "This page updates by itself."
#: How many workers are listed, and how many people there are. (What stands beside a worker depends on how busy the machine is.)
WORKERS = "document.querySelectorAll('#workers-frame tbody tr').length"
PEOPLE = "document.querySelector('.dashboard-figures div:nth-child(2) strong').innerText"
STATUS = "document.querySelector('.live-status').innerText"


@pytest.fixture(scope="module")
def ports() -> list[int]:
    """Of a proxy and two workers."""
    return [free_port() for _ in range(3)]


@pytest.fixture
def mortal(ports: list[int], tmp_path: Path, database: Path, static: Path) -> Iterator[Deployment]:
    """Two workers behind one address, of which a test kills one."""
    variables = {"ORIGINS": f"http://127.0.0.1:{ports[0]}"}
    with deploying.deployed(tmp_path, database=database, static=static, ports=ports[1:], variables=variables) as running:
        yield running


@pytest.fixture
def proxy(ports: list[int], mortal: Deployment) -> Iterator[StandingProxy]:
    with standing_proxy(mortal.workers[0].port, ports[0]) as one:
        yield one


@pytest.fixture
def cast(gather: Callable[[Deployment], Cast], mortal: Deployment) -> Cast:
    return gather(mortal)


@pytest.fixture(params=["chromium", "firefox"])
def evaluate(
    request: pytest.FixtureRequest, cast: Cast, chromium: Browser, proxy: StandingProxy, tmp_path: Path
) -> Iterator[Callable[[str], Any]]:
    """Asks the page that Olga has open, in this browser."""
    origin, page = f"http://127.0.0.1:{proxy.port}", "/admin/dashboard/"
    cookie = deploying.login(deploying.user("Olga", is_staff=True, is_superuser=True))
    if request.param == "chromium":
        olga = Person("Olga", chromium, origin, cookie)
        cast.people.append(olga)
        olga.open(page)
        yield olga.page.evaluate
        return
    with firefox.running(tmp_path, firefox.required()) as browser:
        browser.keep(settings.SESSION_COOKIE_NAME, cookie, "127.0.0.1")
        browser.open(origin + page)
        yield browser.evaluate


def test_it_goes_on_when_its_worker_dies(
    evaluate: Callable[[str], Any], mortal: Deployment, proxy: StandingProxy, cast: Cast, chromium: Browser
) -> None:
    doomed, other = mortal.workers
    eventually(lambda: evaluate(WORKERS) == 2 and evaluate(STATUS) == LIVE, what="both workers")
    proxy.add(other.port)
    doomed.process.kill()
    doomed.process.wait()
    eventually(lambda: evaluate(WORKERS) == 1, what="the dead worker gone")
    bob = Person("Bob", chromium, f"http://127.0.0.1:{proxy.port}")
    cast.people.append(bob)
    bob.join(deploying.room().slug)
    eventually(lambda: evaluate(PEOPLE) == "1", what="Bob among the people")
    eventually(lambda: evaluate(STATUS) == LIVE, what="the page live")
    bob.leave()
    eventually(lambda: evaluate(PEOPLE) == "0", what="Bob gone")
