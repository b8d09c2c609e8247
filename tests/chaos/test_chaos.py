"""Faults of the server side once, with few people. ``make chaos`` has those that take long too, and repeats all with many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django

from tests.browser import deployment as deploying
from tests.chaos import cases
from tests.chaos.cases import Case
from tests.chaos.conftest import SEATS
from tests.chaos.field import Ground, field, ground
from tests.chaos.media import watching


@pytest.fixture(scope="module")
def here(
    tmp_path_factory: pytest.TempPathFactory, static: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Ground]:
    make = tmp_path_factory.mktemp
    with (
        django_db_blocker.unblock(),
        deploying.database(make("database")) as database,
        ground(make("workers"), database, static, seats=SEATS, torn=True) as made,
    ):
        yield made


@pytest.mark.parametrize(
    ("case", "unharmed"),
    [
        pytest.param(cases.kill_worker, False, id="C1"),
        pytest.param(cases.drain_worker, False, id="C3"),
        pytest.param(cases.freeze_redis(3), True, id="C5"),
        pytest.param(cases.cut_off_worker(14), True, id="C7"),
        pytest.param(cases.block_database(2), False, id="C12"),
        pytest.param(cases.use_a_token_twice, False, id="C14"),
        pytest.param(cases.fill_redis(4), True, id="C16"),
    ],
)
async def test_a_fault(here: Ground, case: Case, unharmed: bool, seed: int) -> None:
    async with field(here, seed, SEATS) as running:
        result = await case(running)
    print(result)
    assert not result.wrong
    assert not (unharmed and result.closed)


async def test_a_fault_that_nobody_in_a_call_notices(here: Ground, seed: int) -> None:
    """C4."""
    async with watching(here) as talk:
        await talk.mark()
        async with field(here, seed, SEATS, talk.ids) as running:
            await talk.expect()
            result = await cases.lose_redis(2)(running)
        await talk.end(result)
    print(result)
    assert not result.wrong
    assert not result.closed
