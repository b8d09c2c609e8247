"""Imports only point down: pure <- state <- edge <- wiring, in both languages, and edges never import edges.

A module that no row names fails the test: whoever adds one decides where it stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("pure", "state", "edge", "wiring")

#: The first pattern that fits decides. Django's own pieces sit where the plan puts them: forms and models are state, what answers a request is an edge.
PYTHON = {
    "*/views/__init__.py": "pure",
    "*/views/*.py": "edge",
    "conference/env.py": "pure",
    "*/policy.py": "pure",
    "*/slugs.py": "pure",
    "signaling/protocol.py": "pure",
    "signaling/limits.py": "pure",
    "signaling/ice.py": "pure",
    "signaling/roster/*.py": "state",
    "signaling/mailbox.py": "state",
    "signaling/journal.py": "state",
    "signaling/switchboard.py": "state",
    "signaling/keeper.py": "state",
    "signaling/worker.py": "state",
    "signaling/live.py": "state",
    "signaling/consumers.py": "edge",
    "*/models.py": "state",
    "*/managers.py": "state",
    "*/forms.py": "state",
    "*/entry.py": "state",
    "*/history.py": "state",
    "*/invitations.py": "state",
    "rooms/actions.py": "state",
    "rooms/audit.py": "state",
    "rooms/bans.py": "state",
    "rooms/passcodes.py": "state",
    "*/throttle.py": "state",
    "*/setup.py": "state",
    "*/adapter.py": "edge",
    "*/views.py": "edge",
    "*/admin.py": "edge",
    "*/health.py": "edge",
    "*/middleware.py": "edge",
    "*/context_processors.py": "edge",
    "*/templatetags/*.py": "edge",
    "*/management/*": "wiring",
    "*/checks.py": "wiring",
    "*/apps.py": "wiring",
    "*/urls.py": "wiring",
    "*/routing.py": "wiring",
    "conference/asgi.py": "wiring",
    "conference/settings.py": "wiring",
    "*/migrations/*": "wiring",
    "*/__init__.py": "pure",
}

JAVASCRIPT = {
    "lib/*.js": "pure",
    "signaling/protocol.js": "pure",
    "rtc/slots.js": "pure",
    "channels/framing.js": "pure",
    "ui/grid.js": "pure",
    "signaling/*.js": "state",
    "rtc/*.js": "state",
    "channels/*.js": "state",
    "media/*.js": "state",
    "ui/*.js": "edge",
    "pages/*.js": "wiring",
}

#: Edges that are handed to one another by design: an admin page acts through the same views' helpers.
APPS = ("conference", "accounts", "rooms", "signaling")


def layer(path: str, table: dict[str, str]) -> int:
    for pattern, name in table.items():
        if fnmatch(path, pattern):
            return LAYERS.index(name)
    raise LookupError(f"{path}: no layer. Add it to tests/test_layers.py.")


def python_modules() -> dict[str, Path]:
    modules = {}
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            modules[name.removesuffix(".__init__")] = path
    return modules


def python_imports(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    package = path.relative_to(ROOT).parent.as_posix().replace("/", ".").split(".")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                target = f"{source}.{alias.name}" if f"{source}.{alias.name}" in modules else source
                if target in modules:
                    yield target


def python_arrows() -> Iterator[tuple[str, str]]:
    modules = python_modules()
    for path in modules.values():
        for target in python_imports(path, modules):
            if modules[target] != path:
                yield (path.relative_to(ROOT).as_posix(), modules[target].relative_to(ROOT).as_posix())


def javascript_arrows() -> Iterator[tuple[str, str]]:
    source = ROOT / "static" / "js"
    for path in source.rglob("*.js"):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for found in re.findall(r"""^(?:import|export)\b[^;'"]*['"](\.[^'"]+)['"]""", code, re.MULTILINE):
            target = (path.parent / found).resolve()
            assert target.is_file(), f"{path}: {found} does not exist"
            yield (path.relative_to(source).as_posix(), target.relative_to(source).as_posix())


def points_down(arrow: tuple[str, str], table: dict[str, str]) -> bool:
    upper, lower = (layer(path, table) for path in arrow)
    between_edges = upper == lower == LAYERS.index("edge")
    return upper > lower or (upper == lower and not between_edges)


@pytest.mark.parametrize(("arrows", "table"), [(python_arrows, PYTHON), (javascript_arrows, JAVASCRIPT)])
def test_imports_only_point_down(arrows, table):
    wrong = sorted(f"{upper} -> {lower}" for upper, lower in arrows() if not points_down((upper, lower), table))
    assert not wrong, "\n".join(wrong)


def test_an_arrow_that_points_up_is_seen():
    assert not points_down(("signaling/protocol.py", "signaling/worker.py"), PYTHON)
    assert not points_down(("rooms/views.py", "rooms/admin.py"), PYTHON)
    assert points_down(("signaling/consumers.py", "signaling/protocol.py"), PYTHON)


def test_rtc_says_no_document_and_elements_no_peer_connection():
    source = ROOT / "static" / "js"
    for folder, word in (("rtc", "document"), ("signaling", "document"), ("ui", "RTCPeerConnection")):
        for path in (source / folder).rglob("*.js"):
            code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
            assert not re.search(rf"\b{word}\b", code), f"{path.relative_to(ROOT)} says {word}"
