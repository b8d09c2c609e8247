"""Bundles are made from the source, and their names are hashes of their content."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import engines
from django.test import override_settings

from conference import bundles

HASHED = {**settings.STORAGES, "staticfiles": {"BACKEND": "conference.storage.Storage"}}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("built") / "bundles"
    bundles.build(directory)
    return directory


def manifest(directory: Path) -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads((directory / bundles.MANIFEST).read_text())
    return read


def test_a_page_loads_one_stylesheet_and_its_script() -> None:
    html = engines["django"].from_string('{% page "room" %}').render({})
    page = bundles.page("room")
    assert html.count("stylesheet") == 1
    assert f'<link rel="stylesheet" href="{page.style}">' in html
    assert f'<script type="module" src="{page.script}"></script>' in html
    assert html.count("modulepreload") == len(page.preloads)


def test_a_page_without_a_script_has_none() -> None:
    assert "<script" not in engines["django"].from_string('{% page "admin" %}').render({})


def test_an_unknown_page_does_not_render() -> None:
    with pytest.raises(KeyError):
        bundles.page("none")


def test_names_do_not_depend_on_where_they_were_made(built: Path, tmp_path: Path) -> None:
    """Two workers that have collected their files in different places name them alike."""
    bundles.build(tmp_path / "elsewhere" / "deeper")
    assert manifest(tmp_path / "elsewhere" / "deeper") == manifest(built)


HARDENED = """
import ctypes, sys, pathlib
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
    sys.exit("skipped")
from conference import bundles
bundles.build(pathlib.Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_MDWE is of Linux 6.3")
def test_they_are_made_where_no_memory_may_become_executable(built: Path, tmp_path: Path) -> None:
    """As ``MemoryDenyWriteExecute`` of deploy/conference.service has it (prctl(2), PR_SET_MDWE)."""
    program = [sys.executable, "-c", HARDENED, str(tmp_path / "bundles")]
    done = subprocess.run(program, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    if done.stderr == "skipped\n":
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert done.returncode == 0, done.stderr[-500:]
    assert manifest(tmp_path / "bundles") == manifest(built)


def test_the_script_names_its_worker_by_what_is_in_it(built: Path) -> None:
    script = (built / manifest(built)["room"]["script"]).read_text()
    [worker] = built.glob("fanout-worker-*.js")
    assert f"./{worker.name}" in script


def test_the_early_script_waits_for_no_other_file_and_exists_once(built: Path) -> None:
    page = manifest(built)["room"]
    assert not re.search(r"\bimport\b|\bfrom\s*[\"']", (built / page["early"]).read_text().partition("//# source")[0])
    assert f'from"./{page["early"]}"' in (built / page["script"]).read_text()


def test_what_the_script_and_its_chunks_have_in_common_is_one_file(built: Path) -> None:
    page = manifest(built)["room"]
    [shared] = page["preloads"]
    names = re.findall(r"import\(\"\./([^\"]+)", (built / page["script"]).read_text())
    assert len(names) > 1
    for name in [page["script"], *names]:
        imported = re.findall(r"(?:from|import)\s*\"\./([^\"]+)", (built / name).read_text())
        assert not {page["script"], *names} & set(imported)
        assert name != page["script"] or set(imported) == {shared, page["early"]}


def test_what_a_script_imports_is_there(built: Path) -> None:
    for script in built.glob("*.js"):
        for name in re.findall(r"(?:\bfrom|\bimport)\s*\(?\s*\"\./([^\"]+)\"", script.read_text()):
            assert (built / name).is_file(), f"{script.name} imports {name}"


def test_there_is_a_source_map_for_each_script(built: Path) -> None:
    for script in built.glob("*-*.js"):
        assert "sourcesContent" in json.loads((built / f"{script.name}.map").read_text())
        assert script.read_text().rstrip().endswith(f"//# sourceMappingURL={script.name}.map")


def test_collected_bundles_keep_their_names_and_are_compressed(built: Path, tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=HASHED, INSTALLED_APPS=["django.contrib.staticfiles", "conference"]):
        call_command("collectstatic", interactive=False, verbosity=0)
    names = {path.name for path in (tmp_path / bundles.FOLDER).iterdir()}
    script = manifest(built)["room"]["script"]
    assert {script, f"{script}.gz", f"{script}.br", bundles.MANIFEST} <= names
    assert not any("." in name.removesuffix(".js") for name in names if name.endswith(".js"))


def test_what_cannot_be_bundled_stops_the_build(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for folder in ("static/js/pages", "static/css/pages"):
        (source / folder).mkdir(parents=True)
    (source / "static/css/pages/room.css").write_text("")
    (source / "static/js/pages/room.js").write_text('import "./none.js";')
    for name in ("bundle.js", "package.json"):
        shutil.copy(settings.BASE_DIR / name, source)
    os.symlink(settings.BASE_DIR / "node_modules", source / "node_modules")
    with override_settings(BASE_DIR=source), pytest.raises(subprocess.CalledProcessError):
        bundles.build(tmp_path / "bundles")
