"""``make chaos``: every case many times, with many people; writes docs/survival.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from bench import machine  # noqa: E402 - the rest needs Django to be set up
from tests.browser import deployment as deploying  # noqa: E402
from tests.chaos import cases, journeys  # noqa: E402
from tests.chaos.cases import Case, Result  # noqa: E402
from tests.chaos.field import Ground, field, ground  # noqa: E402
from tests.chaos.media import Talk, watching  # noqa: E402
from tests.chaos.paths import PATHS  # noqa: E402
from tests.chaos.report import row, write  # noqa: E402


@dataclass(frozen=True)
class Fault:
    """``watched``: how many browsers are in a call beside it. ``torn``, ``skewed``, ``embedded``: see ``field.ground``."""

    what: str
    case: Case
    watched: int = 0
    torn: bool = False
    skewed: bool = False
    embedded: bool = False
    times: int = 20
    seats: int = 60


FAULTS: Final = {
    "C1": Fault("`kill -9` of one of two workers", cases.kill_worker, watched=2),
    "C2": Fault("`kill -9` of a worker and of everybody on it", cases.kill_worker_and_people),
    "C3": Fault("SIGTERM to one of two workers", cases.drain_worker, watched=2),
    "C4": Fault("Redis killed for 10 s, back empty", cases.lose_redis(10), watched=2),
    "C5": Fault("Redis frozen for 3 s", cases.freeze_redis(3), watched=2),
    "C5b": Fault("Redis frozen for 20 s", cases.freeze_redis(20), watched=2),
    "C6": Fault("Redis replaced by a replica 2 s behind", cases.replace_redis(2), torn=True, watched=2),
    "C7": Fault("one worker cut off from Redis for 30 s", cases.cut_off_worker(30), torn=True, watched=2),
    "C8": Fault("half-open connections to the server for 24 s", cases.half_open(24)),
    "C11": Fault("wall clock of a worker wrong by 5 s, 2 min, 1 day", cases.skew_clock(5), skewed=True),
    "C12": Fault("the database takes no writes for 2 s", cases.block_database(2)),
    "C13": Fault("computers asleep for 5 min", cases.sleep(300)),
    "C14": Fault("every resume token used twice", cases.use_a_token_twice),
    "C16": Fault("Redis out of memory for 12 s", cases.fill_redis(12), watched=2),
    "C17": Fault("Redis and all workers killed at once, for 5 s", cases.lose_everything(signal.SIGKILL, 5), watched=3, seats=30),
    "C18": Fault(
        "the embedded server killed for 5 s", cases.lose_everything(signal.SIGKILL, 5), watched=3, seats=30, embedded=True
    ),
    "C19": Fault(
        "the embedded server restarted (SIGTERM)", cases.lose_everything(signal.SIGTERM, 0), watched=3, seats=30, embedded=True
    ),
    "L5": Fault("the one worker of all sockets ends", cases.storm, seats=1000),
    "L7": Fault("2,000 idle sockets for 10 min", cases.idle(600), times=1, seats=2000),
}


async def once(here: Ground, case: Case, talk: Talk | None, seed: int, seats: int) -> Result:
    try:
        if talk is not None:
            await talk.mark()
        async with field(here, seed, seats, talk.ids if talk else set) as running:
            if talk is not None:
                await talk.expect()
            result = await case(running)
        if talk is not None:
            await talk.end(result)
        return result
    except AssertionError as error:
        return Result(sockets=0, wrong=[str(error)])


async def repeat(here: Ground, name: str, times: int, seats: int, seed: int) -> list[Result]:
    """Repeat a fault, each time with another seed. If browsers watch, they stay in one call."""
    fault, seeds, results = FAULTS[name], Random(f"{seed}.{name}"), []
    async with AsyncExitStack() as stack:
        talk = await stack.enter_async_context(watching(here)) if fault.watched else None
        for turn in range(times):
            one = seeds.getrandbits(32)
            results.append(await once(here, fault.case, talk, one, seats))
            print(f"{name} {turn + 1}/{times} seed {one}: {results[-1]}", flush=True)
    return results


def run(name: str, times: int, seats: int, seed: int) -> list[Result]:
    fault = FAULTS[name]
    with (
        tempfile.TemporaryDirectory() as folder,
        deploying.database(Path(folder)) as database,
        ground(
            Path(folder),
            database,
            deploying.collect_static(Path(folder)),
            seats=seats,
            torn=fault.torn,
            skewed=fault.skewed,
            embedded=fault.embedded,
            callers=fault.watched,
            behind=bool(fault.watched),
        ) as here,
    ):
        return asyncio.run(repeat(here, name, times, seats, seed))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("names", nargs="*", metavar="case", help=", ".join([*FAULTS, *PATHS]))
    parser.add_argument("--times", type=int, default=0)
    parser.add_argument("--seats", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SystemRandom().getrandbits(32))
    options = parser.parse_args()
    failed = False
    for name in options.names or [*FAULTS, *PATHS]:
        if name in PATHS:
            failed |= journeys.repeat(name, options.times or 20, options.seed)
            continue
        fault = FAULTS[name]
        seats = options.seats or fault.seats
        results = run(name, options.times or fault.times, seats, options.seed)
        failed |= any(result.wrong or result.slow for result in results)
        programs = [machine.program("redis-server", "--version")]
        about = machine.describe(("channels", "channels-redis", "daphne", "redis"), programs)
        write("rows", row(fault.what, name, results, seats, options.seed), [one.what for one in FAULTS.values()], about)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
