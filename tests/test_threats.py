"""``docs/threats.md`` names tests. They exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROWS = re.findall(r"^\| (S\d+) \| .+? \| (.+) \|$", (ROOT / "docs" / "threats.md").read_text(), re.MULTILINE)
TEST = re.compile(r"`([\w./-]+)::([^`]+)`")


def exists(path: str, name: str) -> bool:
    source = (ROOT / path).read_text()
    return f"def {name}(" in source if path.endswith(".py") else f'test("{name}"' in source


def test_no_threat_is_missing() -> None:
    assert [number for number, _ in ROWS] == [f"S{number}" for number in range(1, 31)]


@pytest.mark.parametrize(("number", "cell"), ROWS, ids=[number for number, _ in ROWS])
def test_a_threat_has_tests(number: str, cell: str) -> None:
    named = TEST.findall(cell)
    assert named
    assert not [f"{path}::{name}" for path, name in named if not exists(path, name)]


def test_nothing_of_ours_records() -> None:
    """If something does one day, people are asked first, and this test becomes one of that."""
    assert not [path for path in (ROOT / "static" / "js").rglob("*.js") if "MediaRecorder" in path.read_text()]
