"""The documents: what they name exists, what they link to exists, and their lines are at most 100 columns long."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_layers import FOLDERS, ORDER

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 100

#: Written by programs: a line is as long as what was measured.
MEASURED = {"bench/RESULTS.md"}
#: Made when the server runs, or by whoever deploys it.
LATER = re.compile(r"^(?:var|staticfiles|deploy/secrets|\.venv|node_modules|VAR_DIR)(?:/|$)")
SUFFIXES = "css|conf|html|js|json|md|py|service|toml|txt|yml"
#: A path in backquotes: a file by its suffix, a folder by the slash at its end.
PATH = re.compile(rf"`([\w.@-]+(?:/[\w.@-]+)*(?:/|\.(?:{SUFFIXES})))`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
#: A file of the source in backquotes, as comments name it.
SOURCE = re.compile(r"`((?:[\w-]+/)*[\w-]+\.(?:css|js|lua|py))`")
DOCUMENT = re.compile(r"\b(?:[\w-]+/)*[\w-]+\.md\b")
FIELDS = re.compile(
    r"# .+\n\n- Status: (?:accepted|replaced by .+)\n- Date: \d{4}-\d{2}-\d{2}\n\n"
    r"## Context\n\n(?s:.+)\n## Decision\n\n(?s:.+)\n## Consequences\n\n(?s:.+)"
)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split() if (ROOT / name).is_file()]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(document: Path) -> Iterator[tuple[int, str]]:
    """The numbered lines outside code blocks and tables."""
    is_code = False
    for number, line in enumerate(document.read_text().splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code and not line.startswith("|"):
            yield number, line


def exists(target: str, document: Path) -> bool:
    return any((base / target).exists() for base in (ROOT, document.parent))


def anchors(document: Path) -> set[str]:
    """What the headings can be linked by, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


documents = pytest.mark.parametrize("document", [pytest.param(path, id=name(path)) for path in tracked("*.md")])


@documents
def test_lines_are_short(document: Path) -> None:
    if name(document) in MEASURED:
        return
    long = [f"{name(document)}:{number}" for number, line in prose(document) if len(line) > WIDTH]
    assert not long, "\n".join(long)


@documents
def test_every_path_that_is_named_exists(document: Path) -> None:
    named = {path for path in PATH.findall(document.read_text()) if not LATER.match(path)}
    if name(document) == "CHANGELOG.md":  # what a release had may be gone
        return
    assert not sorted(path for path in named if not exists(path, document))


@documents
def test_every_link_leads_somewhere(document: Path) -> None:
    wrong = []
    for target in LINK.findall(document.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path) if path else document
        if not found.exists() or (anchor and anchor not in anchors(found)):
            wrong.append(target)
    assert not wrong


def test_code_cites_only_documents_of_this_repository() -> None:
    documents_here = tracked("*.md")
    wrong = [
        f"{name(path)}: {cited}"
        for path in tracked("*.py", "*.js", "*.css", "*.html", "*.yml", "*.conf", "*.service", "Makefile")
        for cited in DOCUMENT.findall(path.read_text())
        if not any(one.as_posix().endswith(f"/{cited.split('/conference/')[-1]}") for one in documents_here)
    ]
    assert not wrong, "\n".join(wrong)


def test_comments_name_only_files_that_exist() -> None:
    """By a path, or by its end."""
    here = [f"/{name(path)}" for path in tracked()]
    wrong = [
        f"{name(path)}: {cited}"
        for path in tracked("*.py", "*.js", "*.css", "*.lua")
        if "tests/wire/before" not in name(path)  # of the release before
        for cited in SOURCE.findall(path.read_text())
        if not any(one.endswith(f"/{cited}") for one in here)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_decision_is_listed_and_has_its_fields() -> None:
    index = ROOT / "docs" / "decisions" / "README.md"
    listed = set(LINK.findall(index.read_text()))
    for path in tracked("docs/decisions/*.md"):
        if path != index:
            assert path.name in listed, f"{path.name} is not in {name(index)}"
            assert FIELDS.fullmatch(path.read_text()), f"{path.name}: its fields"


def test_the_map_of_modules_has_every_folder() -> None:
    """Those of JavaScript in the order in which they may import."""
    named = re.findall(r"^\| `([\w/-]+)/` \|", (ROOT / "docs" / "modules.md").read_text(), re.MULTILINE)
    scripts = [folder.removeprefix("static/js/") for folder in named if folder.startswith("static/js/")]
    assert scripts == list(FOLDERS)
    packages = {path.parent for app in ORDER for path in tracked(f"{app}/*.py")}
    inner = ("migrations", "management", "commands", "templatetags")  # Django's own
    assert not sorted(name(folder) for folder in packages if folder.name not in inner and name(folder) not in named)
