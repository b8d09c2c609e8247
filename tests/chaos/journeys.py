"""The cases of :mod:`tests.chaos.paths` many times, and their table in docs/survival.md."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import median

from bench import machine
from tests.browser import deployment as deploying
from tests.browser.chromium import program
from tests.chaos.network import why_not
from tests.chaos.paths import PATHS, Outcome, ground, once
from tests.chaos.report import line, write


def repeat(name: str, times: int, seed: int) -> bool:
    """Run one case, each time with another seed, and write its row. Whether anything was wrong."""
    if reason := why_not():
        print(f"{name} skipped: {reason}")
        return False
    seeds, outcomes = Random(f"{seed}.{name}"), []
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        static = deploying.collect_static(directory)
        with (
            deploying.database(directory) as database,
            ground(directory, database, static, PATHS[name].variables, runs=times) as here,
        ):
            for turn in range(times):
                one = seeds.getrandbits(32)
                outcomes.append(asyncio.run(once(here, PATHS[name].case, one)))
                print(f"{name} {turn + 1}/{times} seed {one}: {outcomes[-1]}", flush=True)
    programs = [machine.program(program(), "--version"), f"coturn {machine.program('turnserver', '--version')}"]
    write("paths", row(name, outcomes, seed), [path.what for path in PATHS.values()], machine.describe((), programs))
    return any(outcome.wrong for outcome in outcomes)


def row(name: str, outcomes: Sequence[Outcome], seed: int) -> str:
    """One line of the table."""
    worst: Callable[[Callable[[Outcome], float]], float] = lambda figure: max(map(figure, outcomes))  # noqa: E731
    cells = [
        PATHS[name].what,
        str(len(outcomes)),
        f"{worst(lambda outcome: outcome.baseline):.1f} s",
        f"{worst(lambda outcome: outcome.sound):.1f} s",
        f"{worst(lambda outcome: outcome.pictures):.1f} s",
        f"{median(outcome.back for outcome in outcomes):.1f} s",
        f"{worst(lambda outcome: outcome.back):.1f} s",
        str(sum(bool(outcome.wrong) for outcome in outcomes)),
        f'`make chaos ARGS="{name} --times {len(outcomes)} --seed {seed}"`',
    ]
    return line(cells)
