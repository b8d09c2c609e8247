from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from conference import private


@pytest.fixture(autouse=True)
def _a_generous_umask() -> object:
    before = os.umask(0o000)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_directory_is_its_owners(tmp_path: Path) -> None:
    private.make_directory(tmp_path / "a" / "var")
    assert mode(tmp_path / "a" / "var") == 0o700


def test_what_an_earlier_version_made_is_tightened(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    files = [tmp_path / f"conference.sqlite3{ending}" for ending in ("", "-wal", "-shm", "-journal")]
    for file in files:
        file.touch(0o644)
    (tmp_path / "secret_key").write_text("kept")
    (tmp_path / "secret_key").chmod(0o644)
    private.make_directory(tmp_path)
    private.make_database(files[0])
    assert private.read_or_write(tmp_path / "secret_key", "new") == "kept"
    assert mode(tmp_path) == 0o700
    assert {mode(file) for file in (*files, tmp_path / "secret_key")} == {0o600}


def test_a_new_database_and_secret_are_their_owners_from_the_start(tmp_path: Path) -> None:
    private.make_database(tmp_path / "conference.sqlite3")
    assert private.read_or_write(tmp_path / "secret_key", "new") == "new"
    assert mode(tmp_path / "conference.sqlite3") == mode(tmp_path / "secret_key") == 0o600


def test_a_file_that_a_crash_left_empty_is_written(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    assert private.read_or_write(tmp_path / "secret_key", "new") == (tmp_path / "secret_key").read_text() == "new"


def test_nothing_is_given(tmp_path: Path) -> None:
    secret = tmp_path / "secret_key"
    secret.write_text("kept")
    secret.chmod(0o400)
    private.read_or_write(secret, "new")
    assert mode(secret) == 0o400
