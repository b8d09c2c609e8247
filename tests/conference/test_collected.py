from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from conference import bundles
from conference.collected import stale


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source tree of old files."""
    for name in ("bundle.js", "package-lock.json", "static/js/one.js", "static/css/one.css", "static/img/one.svg"):
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        os.utime(path, (1, 1))
    return tmp_path / "source"


@pytest.mark.parametrize(
    "name", ["bundle.js", "package-lock.json", "static/js/one.js", "static/css/one.css", "static/img/one.svg"]
)
def test_files_are_collected_again_only_when_one_is_newer(source: Path, tmp_path: Path, name: str) -> None:
    with override_settings(BASE_DIR=source, STATICFILES_DIRS=[("img", source / "static/img")], INSTALLED_APPS=["conference"]):
        assert stale(tmp_path)
        (tmp_path / "staticfiles.json").write_text("{}")
        assert not stale(tmp_path)
        os.utime(source / name, (1, 1 << 40))
        assert stale(tmp_path)


def test_the_sources_of_bundles_exist() -> None:
    assert {path for path in bundles.sources() if path.is_file()} >= {settings.BASE_DIR / "static/js/pages/room.js"}
