"""A real coturn, started by deploy/relay in a network namespace that looks like its container's: one private address.

Two people who are both on the relay send to each other's relayed address, which is the public one with another port.
Needs Linux and root.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.network import why_not

ROOT = Path(__file__).resolve().parents[2]
SECRET = "shared with coturn"
PUBLIC, OWN = "203.0.113.1", "172.30.0.5"
BESIDE = ["172.30.0.1", "172.30.0.6", "127.0.0.1", "10.0.0.1"]
FORBIDDEN = 403

CONTAINER = """
set -eu
ip link set lo up
ip link add inside type veth peer name outside
ip link set outside up
ip address add "$OWN/24" dev inside
ip link set inside up
mount -t tmpfs tmpfs /run
mkdir /run/secrets
printf %s "$SECRET" >/run/secrets/turn_secret
sh "$ROOT/deploy/relay" >"$TMPDIR/log" &
relay=$!
"$@"
kill "$relay"
wait "$relay" || true
"""


def answers(directory: Path, *addresses: str, statistics: str = "") -> dict[str, list[int]]:
    """The answers to requests for a permission and a channel for each address."""
    variables = {"OWN": OWN, "ROOT": str(ROOT), "SECRET": SECRET, "TMPDIR": str(directory)}
    variables |= {
        "STATISTICS_HOST": statistics,
        "DOMAIN": "meet.example.org",
        "PUBLIC_ADDRESS": PUBLIC,
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    }
    ask = [sys.executable, "-m", "tests.deploy.allocations", SECRET, *addresses]
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", CONTAINER, "sh", *ask]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[int]] = json.loads(done.stdout)
    return found


def test_they_reach_each_other_and_nobody_beside_the_relay(tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    found = answers(tmp_path, PUBLIC, *BESIDE)
    assert found.pop(PUBLIC) == [0, 0]
    assert set(found) == set(BESIDE)
    assert all(codes == [FORBIDDEN, FORBIDDEN] for codes in found.values()), found


def test_they_do_while_the_statistics_are_away(tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    assert answers(tmp_path, PUBLIC, statistics="relay-statistics") == {PUBLIC: [0, 0]}
    assert "Cannot initialize Redis DB connection" in (tmp_path / "log").read_text()
