"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path


def processor() -> str:
    """The model name of the first core, or what the platform says of itself."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def program(*command: str) -> str:
    """The first line a program prints of its version."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[0]


def describe(packages: Iterable[str], programs: Iterable[str] = ()) -> str:
    """One sentence: cores, processor, Python, packages and programs."""
    parts = [f"{os.cpu_count()} cores ({processor()})", f"{platform.system()} {platform.release()}"]
    parts.append(f"Python {platform.python_version()}")
    parts += [f"{name} {version(name)}" for name in packages]
    parts += programs
    load = os.getloadavg()[0]
    parts.append(f"load average at the start {load:.1f}")
    return ", ".join(parts)
