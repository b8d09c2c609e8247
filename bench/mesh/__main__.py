"""``make bench-mesh``: what a call costs and what its people see, ours beside a plain mesh, in real browsers.

``python -m bench.mesh [SCENARIO ...] --seconds 60 --warm 15 --runs 1`` prints Markdown. With all scenarios and as many people
as they say, it also takes the place of the section in RESULTS.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import deployments, machine, results  # noqa: F401  (deployments sets Django up)
from bench.mesh import report
from bench.mesh.people import devices, loopback
from bench.mesh.scenarios import SCENARIOS, Bench, Row
from tests.browser import deployment as deploying
from tests.browser.chromium import program

MARK = "mesh"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mesh", description="What a call costs, beside a plain mesh.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", choices=[*SCENARIOS, []], help=", ".join(SCENARIOS))
    parser.add_argument("--seconds", type=float, default=60, help="of a window")
    parser.add_argument("--warm", type=float, default=15, help="seconds before it")
    parser.add_argument("--runs", type=int, default=1, help="of each comparison; medians are given")
    parser.add_argument("--people", type=int, help="instead of a scenario's own, to try whether it works")
    return parser.parse_args()


@contextmanager
def bench(options: argparse.Namespace) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        static = deploying.collect_static(directory)
        with (
            devices(directory) as media,
            deploying.database(directory) as database,
            deploying.deployed(directory, database=database, static=static) as running,
        ):
            place = loopback(running.origins)
            yield Bench(directory, database, static, place, media, options.seconds, options.warm, options.runs, options.people)


def measure(here: Bench, names: Sequence[str]) -> list[Row]:
    """Run scenarios. If one fails, the others still run."""
    rows: list[Row] = []
    for name in names:
        print(f"{name} …", flush=True)
        found = SCENARIOS[name](here)
        print(*report.markdown(found)[1:], sep="\n\n", flush=True)
        rows += found
    return rows


def main() -> None:
    options = arguments()
    about = machine.describe(("daphne", "playwright"), [machine.program(program(), "--version"), "two workers"])
    with bench(options) as here:
        rows = measure(here, options.scenarios or list(SCENARIOS))
    window = (
        f"Windows of {options.seconds:g} s, {options.warm:g} s after everybody was connected; medians of {options.runs} runs."
    )
    parts = ["Mesh", about, window, *report.markdown(rows)]
    if options.scenarios or options.people:
        print(results.section(*parts))
    else:
        results.replace(MARK, *parts)


if __name__ == "__main__":
    main()
