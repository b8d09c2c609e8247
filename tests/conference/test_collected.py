from __future__ import annotations

import os
from pathlib import Path

from django.test import override_settings

from conference.collected import stale


def test_files_are_collected_again_only_when_one_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    file = source / "one.js"
    file.write_text("")
    with override_settings(
        STATICFILES_DIRS=[source], STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"]
    ):
        assert stale(tmp_path)
        (tmp_path / "staticfiles.json").write_text("{}")
        os.utime(file, (1, 1))
        assert not stale(tmp_path)
        os.utime(file)
        os.utime(tmp_path / "staticfiles.json", (1, 1))
        assert stale(tmp_path)
