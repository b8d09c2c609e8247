"""Processor time of other processes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SERVER_CORE, LOAD_CORE = 0, 1


def seconds(pids: Iterable[int]) -> float:
    """User and system time that the processes have used so far, all threads together (proc(5), fields 14 and 15)."""
    return sum(_ticks(pid) for pid in pids) / TICKS_PER_SECOND


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def pin(pid: int, core: int) -> None:
    """Keep a process (0: this one) on one core, where the machine has that many."""
    if (os.cpu_count() or 1) > core:
        with suppress(PermissionError):
            for task in Path(f"/proc/{pid or 'self'}/task").iterdir():
                os.sched_setaffinity(int(task.name), {core})
