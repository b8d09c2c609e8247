"""Whether the collected static files are those of the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder

from conference import bundles


def stale(root: Path) -> bool:
    """Whether a file has changed, or been added, since ``collectstatic`` wrote its manifest below ``root``."""
    manifest = root / "staticfiles.json"
    return not manifest.is_file() or any(path.stat().st_mtime > manifest.stat().st_mtime for path in _sources())


def _sources() -> Iterator[Path]:
    yield from bundles.sources()
    for finder in (FileSystemFinder(), AppDirectoriesFinder()):
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            yield Path(storage.path(name))
