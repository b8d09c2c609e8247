"""The witness must notice a silence. Otherwise its figures would prove nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import pytest_django
from playwright.async_api import async_playwright

from tests.browser import deployment as deploying
from tests.browser.chromium import FLAGS, program
from tests.browser.deployment import Deployment
from tests.chaos.caller import Caller


@pytest.fixture(scope="module")
def deployment(
    tmp_path_factory: pytest.TempPathFactory, static: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Deployment]:
    directory: Path = tmp_path_factory.mktemp("deployment")
    with (
        django_db_blocker.unblock(),
        deploying.database(directory) as database,
        deploying.deployed(directory, database=database, static=static) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def invited(deployment: Deployment) -> tuple[str, list[str]]:
    """A room, and the cookies of two people. Made outside the event loop, because it uses the database."""
    return deploying.room().slug, [deploying.login(deploying.user(name)) for name in ("Alice", "Bob")]


@pytest_asyncio.fixture
async def pair(deployment: Deployment, invited: tuple[str, list[str]]) -> AsyncIterator[tuple[Caller, Caller]]:
    slug, cookies = invited
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
        alice, bob = [
            await Caller.enter(browser, origin, name, cookie)
            for name, origin, cookie in zip(("Alice", "Bob"), deployment.origins, cookies, strict=True)
        ]
        for one in (alice, bob):
            await one.join(slug)
        for one in (alice, bob):
            await one.witness.flows()
        yield alice, bob
        assert not [*alice.errors, *bob.errors]
        await browser.close()


async def test_a_witness_sees_what_stops_and_what_does_not(pair: tuple[Caller, Caller]) -> None:
    alice, bob = pair
    await bob.witness.mark()
    await asyncio.sleep(1)
    assert (report := await bob.witness.report()).longest < report.at

    camera = alice.page.locator("call-controls").get_by_role("button", name="Camera")
    await camera.click()
    await bob.witness.darkens()
    await asyncio.sleep(2)
    assert not await bob.witness.flowing()
    await camera.click()
    await bob.witness.flows()
    report = await bob.witness.report()
    ((pictures,), (sound,)) = report.frames, report.packets
    assert pictures.longest > 2 > sound.longest
    assert 3 < report.back() < report.at
    assert report.lost == 0

    await bob.witness.mark()
    assert (await bob.witness.report()).back() == 0
    assert [(one.state, one.local) for one in await bob.witness.connections()] == [("connected", "host")]
    assert (bob.welcomes, bob.departures, len(alice.ids)) == (1, [], 1)
