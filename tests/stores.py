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

ROOT = Path(__file__).parents[1]
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
    """A cluster in ``directory``, on a free port of the loopback, with these parameters (``name=value``).

    It is a copy of ``cluster``, else a fresh one. PostgreSQL refuses to run as root, so root lends it to ``postgres``.
    """

    def __init__(self, directory: str, *parameters: str, cluster: Path | None = None) -> None:
        self._directory = directory
        self._data = Path(directory) / "data"
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(directory, self._user)
        port = free_port()
        self.url = f"postgres://conference@127.0.0.1:{port}/postgres"
        self._options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} -c fsync=off"
        self._options += "".join(f" -c {parameter}" for parameter in parameters)
        if cluster:
            _copy(cluster, self._data)
        else:
            self._run("initdb", "--username=conference", "--auth=trust", "--encoding=UTF8", "--no-sync")

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", f"--log={self._directory}/log", f"--options={self._options}")

    def stop(self) -> None:
        """At once; who is connected loses it."""
        self._run("pg_ctl", "stop", "--mode=immediate")

    def keep(self, path: Path) -> None:
        """Stop in good order, and copy the cluster to ``path``."""
        self._run("pg_ctl", "stop", "--mode=fast")
        _copy(self._data, path)

    def _run(self, name: str, *arguments: str) -> None:
        command = [program(name), "-D", str(self._data), *arguments]
        done = subprocess.run(command, cwd=self._directory, user=self._user, stdout=subprocess.DEVNULL)
        assert done.returncode == 0, f"{name} failed"


def _copy(cluster: Path, path: Path) -> None:
    """With its owner, who may be another than ours."""
    subprocess.run(["cp", "-a", cluster, path], check=True)


def migrated_cluster(path: Path) -> None:
    """Make the files of a PostgreSQL that has our tables, in which there is nothing yet."""
    with tempfile.TemporaryDirectory() as directory:
        server = PostgreSQL(directory)
        server.start()
        settings = {"DJANGO_SETTINGS_MODULE": "conference.settings", "DATABASE_URL": server.url, "VAR_DIR": f"{directory}/var"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        try:
            subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"], **settings}, check=True)
        except BaseException:
            server.stop()
            raise
        server.keep(path)


@contextmanager
def running_postgresql(*parameters: str, cluster: Path | None = None) -> Iterator[PostgreSQL]:
    with tempfile.TemporaryDirectory() as directory:
        server = PostgreSQL(directory, *parameters, cluster=cluster)
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
