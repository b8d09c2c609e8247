"""Some faults of the network between two browsers, once each. ``make chaos`` has all, and repeats them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest
import pytest_django

from tests.browser import deployment as deploying
from tests.chaos.network import why_not
from tests.chaos.paths import PATHS, PathCase, cut_for, ground, once


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Path]:
    if reason := why_not():
        pytest.skip(reason)
    with django_db_blocker.unblock(), deploying.database(tmp_path_factory.mktemp("database")) as path:
        yield path


@pytest.mark.parametrize(
    "case",
    [
        # 3 s is what `make chaos` holds it to: a machine that runs a suite may be slow.
        pytest.param(PathCase("the only path is cut until the tiles say so", cut_for(8, within=10)), id="P1"),
        pytest.param(PATHS["P3"], id="P3"),
    ],
)
def test_a_fault_between_browsers(database: Path, static: Path, tmp_path: Path, case: PathCase) -> None:
    seed = int(os.environ.get("CHAOS_SEED") or SystemRandom().getrandbits(32))
    print(f"CHAOS_SEED={seed}")
    with ground(tmp_path, database, static, case.variables) as here:
        outcome = asyncio.run(once(here, case.case, seed))
    print(outcome)
    assert not outcome.wrong
    assert outcome.lost > 0
