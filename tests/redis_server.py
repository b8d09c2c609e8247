"""A real Redis on a free port, without persistence: what it held is gone when it stops.

``redis_url`` is one server for the whole run, so a test takes a prefix or a database of its own. A test that stops or
freezes Redis starts its own: ``with running_redis() as server``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

START_SECONDS = 60.0
SENTINELS = 3
QUORUM = 2


class RedisServer:
    """One ``redis-server`` process, always on the same port."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.port = free_port()
        self._directory = directory
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self) -> None:
        """Return once it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed"
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._directory)]
        quiet = ["--save", "", "--appendonly", "no", "--loglevel", "warning", "--logfile", "redis.log"]
        self._process = subprocess.Popen([program, *options, *quiet, *self._options], stdout=subprocess.DEVNULL)
        self._wait()

    def command(self, *words: str) -> None:
        """Run a command. Raises redis.RedisError if it fails."""
        with closing(redis.Redis.from_url(self.url)) as client:
            client.execute_command(*words)  # type: ignore[no-untyped-call]

    def copies(self, port: int) -> None:
        """Become a replica of the Redis on this port, and return once it has everything."""
        self.command("REPLICAOF", "127.0.0.1", str(port))
        deadline = time.monotonic() + START_SECONDS
        with closing(redis.Redis.from_url(self.url)) as client:
            while client.info("replication").get("master_link_status") != "up":
                assert time.monotonic() < deadline, "the replica has not caught up"
                time.sleep(0.02)

    def leads(self) -> None:
        """Become a primary."""
        self.command("REPLICAOF", "NO", "ONE")

    def kill(self) -> None:
        """Kill it, as in a crash. All data is lost."""
        process = self._running()
        process.send_signal(signal.SIGKILL)
        process.wait()
        self._process = None

    def freeze(self) -> None:
        os.kill(self._running().pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._running().pid, signal.SIGCONT)

    def stop(self) -> None:
        if self._process:
            self.kill()

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process, "Redis is not running"
        return self._process

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._running().poll() is None, "Redis did not start"
            assert time.monotonic() < deadline, "Redis did not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        with closing(redis.Redis.from_url(self.url, socket_timeout=1)) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def free_port() -> int:
    """A TCP port of the loopback that only the caller has: no other process of this machine is given it while this one runs.

    It stays bound. What listens on it later sets ``SO_REUSEADDR``, as servers do. Until then connections are refused.
    """
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    # Not earlier: two that have it when they ask for any port may get the same one.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port: int = holder.getsockname()[1]
    holder.detach()
    return port


@contextmanager
def running_redis(*options: str) -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory() as directory:
        server = RedisServer(Path(directory), *options)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@dataclass(frozen=True)
class Watched:
    """A primary, its replica, and Sentinels that make the replica the primary when two miss the other for half a second."""

    primary: RedisServer
    replica: RedisServer
    sentinels: list[Sentinel]

    @property
    def url(self) -> str:
        """The first that is named does not answer."""
        answering = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://127.0.0.1:1,{answering}/0?service=main"


@contextmanager
def watched_redis() -> Iterator[Watched]:
    with running_redis() as primary, running_redis() as replica, ExitStack() as stack:
        replica.copies(primary.port)
        sentinels = [stack.enter_context(running_sentinel(primary.port)) for _ in range(SENTINELS)]
        for sentinel in sentinels:
            sentinel.wait()
        yield Watched(primary, replica, sentinels)


@dataclass(frozen=True)
class Sentinel:
    port: int
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        """Return once it knows the replica and the other Sentinels, which it asks the primary for."""
        deadline = time.monotonic() + START_SECONDS
        with closing(redis.Redis(port=self.port)) as client:
            while not _knows_all(client):
                assert time.monotonic() < deadline, "the Sentinel does not know the others"
                time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def running_sentinel(primary: int) -> Iterator[Sentinel]:
    with tempfile.TemporaryDirectory() as directory:
        port, configuration = free_port(), Path(directory) / "sentinel.conf"
        lines = [f"sentinel monitor main 127.0.0.1 {primary} {QUORUM}", "sentinel down-after-milliseconds main 500"]
        configuration.write_text("\n".join([*lines, "sentinel failover-timeout main 2000"]) + "\n")
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed"
        options = ["--sentinel", "--bind", "127.0.0.1", "--port", str(port), "--dir", directory]
        sentinel = Sentinel(port, subprocess.Popen([program, str(configuration), *options], stdout=subprocess.DEVNULL))
        try:
            yield sentinel
        finally:
            sentinel.kill()


def _knows_all(client: redis.Redis) -> bool:
    try:
        known: Any = client.sentinel_master("main")
    except redis.RedisError:
        return False
    return (known["num-slaves"], known["num-other-sentinels"]) == (1, SENTINELS - 1)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with running_redis() as server:
        yield server.url
