"""``make chaos``: every case many times, with many people; writes docs/survival.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from bench import machine  # noqa: E402 - the rest needs Django to be set up
from tests.browser import deployment as deploying  # noqa: E402
from tests.chaos import cases  # noqa: E402
from tests.chaos.cases import Case, Result  # noqa: E402
from tests.chaos.field import Ground, field, ground  # noqa: E402

SURVIVAL: Final = Path(__file__).parents[2] / "docs" / "survival.md"
ROWS: Final = "<!-- rows -->"


@dataclass(frozen=True)
class Fault:
    what: str
    case: Case


FAULTS: Final = {
    "C1": Fault("`kill -9` of one of two workers", cases.kill_worker),
    "C2": Fault("`kill -9` of a worker and of everybody on it", cases.kill_worker_and_people),
    "C3": Fault("SIGTERM to one of two workers", cases.drain_worker),
    "C4": Fault("Redis killed for 10 s, back empty", cases.lose_redis(10)),
    "C5": Fault("Redis frozen for 3 s", cases.freeze_redis(3)),
    "C5b": Fault("Redis frozen for 20 s", cases.freeze_redis(20)),
    "C14": Fault("every resume token used twice", cases.use_a_token_twice),
}


async def once(here: Ground, case: Case, seed: int, seats: int) -> Result:
    try:
        async with field(here, seed, seats) as running:
            return await case(running)
    except AssertionError as error:
        return Result(sockets=0, wrong=[str(error)])


def row(name: str, results: list[Result], seats: int, seed: int) -> str:
    """One line of the table."""
    worst: Callable[[Callable[[Result], float]], float] = lambda figure: max(map(figure, results))  # noqa: E731
    failed = sum(bool(result.wrong) for result in results)
    cells = [
        FAULTS[name].what,
        f"{len(results)} x {seats}",
        f"{sum(result.sockets for result in results):,}",
        str(sum(result.closed for result in results)),
        str(sum(result.leaves for result in results)),
        f"{worst(lambda result: result.resumed):.1f} s" if worst(lambda result: result.resumed) else "-",
        f"{worst(lambda result: result.unsettled):.1f} s",
        str(failed),
        f'`make chaos ARGS="{name} --times {len(results)} --seats {seats} --seed {seed}"`',
    ]
    return f"| {' | '.join(cells)} |"


def write(rows: dict[str, str]) -> None:
    """Put these rows in the place of those of the same fault."""
    text = SURVIVAL.read_text()
    head, _, tail = text.partition(ROWS)
    old = {line.split(" | ")[0].removeprefix("| "): line for line in tail.splitlines() if line.startswith("| ")}
    new = old | {line.split(" | ")[0].removeprefix("| "): line for line in rows.values()}
    order = [fault.what for fault in FAULTS.values()]
    lines = sorted(new.values(), key=lambda line: order.index(line.split(" | ")[0].removeprefix("| ")))
    about = machine.describe(("channels", "channels-redis", "daphne", "redis"), [machine.program("redis-server", "--version")])
    SURVIVAL.write_text(f"{head}{ROWS}\n" + "\n".join(lines) + f"\n\nMeasured on {about}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("names", nargs="*", metavar="case", help=", ".join(FAULTS))
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seats", type=int, default=60)
    parser.add_argument("--seed", type=int, default=SystemRandom().getrandbits(32))
    options = parser.parse_args()
    failed = False
    for name in options.names or FAULTS:
        seeds = Random(f"{options.seed}.{name}")
        results = []
        with (
            tempfile.TemporaryDirectory() as folder,
            deploying.database(Path(folder)) as database,
            ground(Path(folder), database, seats=options.seats) as here,
        ):
            for turn in range(options.times):
                seed = seeds.getrandbits(32)
                results.append(asyncio.run(once(here, FAULTS[name].case, seed, options.seats)))
                print(f"{name} {turn + 1}/{options.times} seed {seed}: {results[-1]}", flush=True)
        failed |= any(result.wrong for result in results)
        write({name: row(name, results, options.seats, options.seed)})
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
