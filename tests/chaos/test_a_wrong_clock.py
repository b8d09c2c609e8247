"""A worker whose wall clock is wrong. For itself: where libfaketime is loaded, threads of Python wait several times as long for
each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django

from tests.browser import deployment as deploying
from tests.chaos.cases import skew_clock
from tests.chaos.conftest import SEATS
from tests.chaos.field import Ground, field, ground


@pytest.fixture
def here(tmp_path: Path, static: Path, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Ground]:
    with (
        django_db_blocker.unblock(),
        deploying.database(tmp_path) as database,
        ground(tmp_path, database, static, seats=SEATS, skewed=True) as made,
    ):
        yield made


async def test_a_wrong_clock(here: Ground, seed: int) -> None:
    """C11."""
    async with field(here, seed, SEATS) as running:
        result = await skew_clock(1)(running)
    print(result)
    assert not result.wrong
    assert not result.closed
