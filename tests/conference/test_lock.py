from __future__ import annotations

from pathlib import Path

import pytest

from conference.lock import sole


def test_the_second_process_is_told_why(tmp_path: Path) -> None:
    held = sole(tmp_path / "var" / "server.lock")
    with pytest.raises(SystemExit, match="REDIS_URL"):
        sole(tmp_path / "var" / "server.lock")
    held.close()
    sole(tmp_path / "var" / "server.lock").close()
