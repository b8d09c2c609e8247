from __future__ import annotations

from pathlib import Path

from tests.order import LONG

ROOT = Path(__file__).resolve().parents[1]


def test_the_files_that_begin_first_exist() -> None:
    assert [name for name in LONG if not (ROOT / name).is_file()] == []
