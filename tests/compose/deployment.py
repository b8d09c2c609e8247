"""docker-compose.yml, running: what an operator does with it, by podman-compose.

Podman before 4.6 waits for no health check, and without systemd nothing runs them. So they are run here, one service after the
other.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from tests.browser.person import eventually
from tests.compose.engine import DOMAIN, OUT, PUBLIC, RELAY_DOMAIN, ROOT, SECOND

STARTED_SECONDS: Final = 60.0
OVER_TLS: Final = ("-f", "docker-compose.yml", "-f", "deploy/relay-over-tls.yml")
ADDRESSES: Final = {"WEB_ADDRESS": PUBLIC, "RELAY_ADDRESS": SECOND, "RELAY_DOMAIN": RELAY_DOMAIN}
"""That file's variables."""
RELAY_PORTS: Final = range(49160, 49660)
METRICS: Final = """
import urllib.request as r
token = open("/run/secrets/metrics_token").read().strip()
print(r.urlopen(r.Request("http://127.0.0.1:8000/metrics", headers={"Authorization": f"Bearer {token}"})).read().decode())
"""


def podman(*words: str, input: bytes | None = None) -> bytes:
    """Run Podman. Raises AssertionError with its output."""
    done = subprocess.run(["podman", *words], input=input, capture_output=True)
    assert done.returncode == 0, f"podman {' '.join(words)}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def log(container: str) -> str:
    done = subprocess.run(
        ["podman", "logs", "--tail", "40", container], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout


def compose(*words: str, tag: str = "local") -> str:
    variables = {**os.environ, "DOMAIN": DOMAIN, "PUBLIC_ADDRESS": PUBLIC, "CONFERENCE_TAG": tag}
    if words[: len(OVER_TLS)] == OVER_TLS:
        variables |= ADDRESSES
    done = subprocess.run(["podman-compose", *words], cwd=ROOT, env=variables, capture_output=True, text=True)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, f"podman-compose {' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def name(service: str, number: int = 1) -> str:
    return f"conference_{service}_{number}"


def healthy(container: str) -> None:
    """Wait until its health check succeeds. Raises AssertionError with its log if it does not."""

    def checked() -> bool:
        return subprocess.run(["podman", "healthcheck", "run", container], capture_output=True).returncode == 0

    try:
        eventually(checked, seconds=STARTED_SECONDS, what=f"{container} healthy")
    except AssertionError:
        print(log(container), podman("ps", "--all").decode())
        raise


def stores() -> None:
    compose("up", "-d", "--no-build", "database", "redis")
    healthy(name("database"))
    healthy(name("redis"))


def door(*files: str) -> None:
    """Everything else, once the stores run; ``files`` are the options of podman-compose that name them."""
    compose(*files, "run", "--rm", "--no-deps", "migrate")
    compose(*files, "up", "-d", "--no-build", "--no-deps", "web", "jobs")
    for number in (1, 2):
        healthy(name("web", number))
    outer = ("caddy", "relay-statistics", "coturn", *(("certificate",) if files else ()))
    compose(*files, "up", "-d", "--no-build", "--no-deps", *outer)


def clear() -> None:
    """Remove all containers and volumes, as on a new machine. Raises AssertionError if this is not the test's own Podman."""
    assert f'"{OUT}/storage"' in Path(os.environ["CONTAINERS_STORAGE_CONF"]).read_text()
    podman("pod", "rm", "--all", "--force")
    podman("rm", "--all", "--force", "--volumes")
    podman("volume", "prune", "--force")


class Allocations:
    """The number of the relay's allocations: each has a UDP port of the range. ``most`` is the highest since the start."""

    def __init__(self) -> None:
        pid = podman("inspect", "--format", "{{.State.Pid}}", name("coturn")).decode().strip()
        self._file = Path(f"/proc/{pid}/net/udp")
        self.most = 0

    def count(self) -> int:
        lines = [line.split() for line in self._file.read_text().splitlines()[1:]]
        found = sum(int(words[1].split(":")[1], 16) in RELAY_PORTS for words in lines)
        self.most = max(self.most, found)
        return found


def sockets(*workers: int) -> list[int]:
    """How many sockets each worker has."""
    said = [podman("exec", name("web", number), "python", "-c", METRICS).decode() for number in workers]
    return [int(line.split()[1]) for text in said for line in text.splitlines() if line.startswith("conference_sockets ")]
