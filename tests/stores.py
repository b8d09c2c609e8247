"""The tests of the server with the stores of production: a PostgreSQL and a Redis of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.redis_server import free_port, running_redis

DEBIAN = "/usr/lib/postgresql/*/bin"
#: Tests that make their own stores are left out: the contract of the rosters, and real workers, which share a file.
TESTS = [
    "tests/jobs",
    "tests/events",
    "tests/accounts",
    "tests/conference",
    "tests/rooms",
    "tests/schedule",
    "tests/webhooks",
    "tests/api",
    "tests/lti",
    "tests/embedding",
    "tests/signaling",
]
OWN = ["--ignore=tests/signaling/roster", "--ignore=tests/signaling/test_real_workers.py", "--ignore-glob=*_in_a_browser.py"]


def program(name: str) -> str:
    """The newest PostgreSQL of Debian, which keeps its programs off the path, else the one on the path."""
    found = sorted(Path("/").glob(f"{DEBIAN[1:]}/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path, f"{name} is not installed"
    return path


class PostgreSQL:
    """A fresh cluster in ``directory``, on a free port of the loopback, with these parameters (``name=value``).

    It refuses to run as root, so root lends it to ``postgres``.
    """

    def __init__(self, directory: str, *parameters: str) -> None:
        self._directory = directory
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(directory, self._user)
        port = free_port()
        self.url = f"postgres://conference@127.0.0.1:{port}/postgres"
        self._options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} -c fsync=off"
        self._options += "".join(f" -c {parameter}" for parameter in parameters)
        self._run("initdb", "--username=conference", "--auth=trust", "--encoding=UTF8", "--no-sync")

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", f"--log={self._directory}/log", f"--options={self._options}")

    def stop(self) -> None:
        """At once; who is connected loses it."""
        self._run("pg_ctl", "stop", "--mode=immediate")

    def _run(self, name: str, *arguments: str) -> None:
        command = [program(name), "-D", f"{self._directory}/data", *arguments]
        done = subprocess.run(command, cwd=self._directory, user=self._user, stdout=subprocess.DEVNULL)
        assert done.returncode == 0, f"{name} failed"


@contextmanager
def running_postgresql(*parameters: str) -> Iterator[PostgreSQL]:
    with tempfile.TemporaryDirectory() as directory:
        server = PostgreSQL(directory, *parameters)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def main(arguments: list[str]) -> int:
    # Whoever ends this ends the servers, too.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with running_postgresql() as database, running_redis() as redis:
        stores = {"TEST_DATABASE_URL": database.url, "TEST_REDIS_URL": redis.url}
        command = [sys.executable, "-m", "pytest", *OWN, *(arguments or TESTS)]
        return subprocess.run(command, env={**os.environ, **stores}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
