"""All workers end at once, and the roster with them, once with few people. ``make chaos`` repeats it with many."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django

from tests.browser import deployment as deploying
from tests.chaos import cases
from tests.chaos.conftest import SEATS
from tests.chaos.field import Ground, field, ground


@pytest.fixture(scope="module", params=[True, False], ids=["embedded", "spread"])
def mortal(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    static: Path,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Ground]:
    make = tmp_path_factory.mktemp
    with (
        django_db_blocker.unblock(),
        deploying.database(make("database")) as database,
        ground(make("workers"), database, static, seats=SEATS, embedded=request.param) as made,
    ):
        yield made


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_roster_that_is_lost(mortal: Ground, how: signal.Signals, seed: int) -> None:
    """C17, C18 and C19, without browsers: the same ids, and nobody has left."""
    async with field(mortal, seed, SEATS) as running:
        result = await cases.lose_everything(how, 1)(running)
    print(result)
    assert not result.wrong
    assert not result.leaves
