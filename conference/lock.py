"""The lock of the embedded mode, which permits one process only, because the roster is in its memory."""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path
from typing import IO

from conference import private


def sole(path: Path) -> IO[str]:
    """Take the lock of the one process that has the roster in memory. Ends this process if another one has it."""
    private.make_directory(path.parent)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        sys.exit(
            f"Another server is running with {path.parent}. Without REDIS_URL there can be only one: "
            "stop it, or set REDIS_URL for all of them."
        )
    return file
