"""Files that only the user who runs the server may read. Files with wider permissions are corrected."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

#: What SQLite writes beside a database; it gives new ones the permissions of the database.
_BESIDE: Final = ("-wal", "-shm", "-journal")


def make_directory(path: Path) -> None:
    """Make a directory for its owner alone. One that belongs to somebody else is left as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _tighten(path, 0o700)


def make_database(path: Path) -> None:
    """The file of a SQLite database, empty if it is new, and those beside it."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    for file in (path, *(path.with_name(path.name + ending) for ending in _BESIDE)):
        _tighten(file, 0o600)


def read_or_write(path: Path, text: str) -> str:
    """What the file holds; ``text``, which is written to it, if it is missing or empty. Of several processes one writes."""
    make_directory(path.parent)
    kept = _read(path)
    if not kept:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept = file.read()
            if not kept:
                file.write(text)
                kept = text
    _tighten(path, 0o600)
    return kept


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _tighten(path: Path, mode: int) -> None:
    """Remove the permissions that ``mode`` does not have, and add none."""
    with suppress(FileNotFoundError, PermissionError):
        now = path.stat().st_mode & 0o777
        if now & ~mode:
            path.chmod(now & mode)
