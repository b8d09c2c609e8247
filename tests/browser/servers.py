"""Real servers for tests and benchmarks: each is a process of its own on a free port of the loopback, ended with its context."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conference.turn import Unhelpful, Url, bind
from tests.redis_server import free_port

ROOT = Path(__file__).parents[2]
STARTED_SECONDS = 120.0
ENDED_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """A running process and the port it listens on."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Wait until it accepts connections. Raises RuntimeError with its output if it does not."""
        deadline = time.monotonic() + STARTED_SECONDS
        while not self._listening():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.process.args!r} did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.02)

    def _listening(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


@contextmanager
def running(command: list[str], port: int, log: Path, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a process, and end it with the context. It may not listen yet: :meth:`Server.wait`."""
    with log.open("ab") as output:
        variables = {**os.environ, **(environment or {})}
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env=variables)
        try:
            yield Server(process, port, log)
        finally:
            process.terminate()
            try:
                process.wait(ENDED_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


OURS = "conference.asgi:application"


def daphne_command(application: str, port: int, host: str = "127.0.0.1") -> list[str]:
    """What starts one worker: our own server, or daphne with the same options for another application."""
    if application == OURS:
        return ["env", f"HOST={host}", f"PORT={port}", sys.executable, "-m", "conference.server"]
    endpoint = f"tcp:port={port}:interface={host}:backlog=1024"
    command = [sys.executable, "-m", "daphne", "--endpoint", endpoint, "--ping-interval", "10"]
    return [*command, "--ping-timeout", "8", "--websocket_timeout", "-1", "-v", "0", application]


@contextmanager
def daphne(application: str, port: int, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    with running(daphne_command(application, port), port, log, environment) as server:
        yield server


@contextmanager
def coturn(directory: Path, secret: str, *options: str) -> Iterator[Server]:
    """A TURN server with time-limited credentials, as deploy/turnserver.conf sets it up, but on the loopback and for it.

    With a ``cert=`` among the options it speaks TLS at its port as well.
    """
    port = free_port()
    configuration = directory / "turnserver.conf"
    lines = [f"listening-port={port}", "listening-ip=127.0.0.1", "relay-ip=127.0.0.1", "realm=conference", "use-auth-secret"]
    lines += [f"static-auth-secret={secret}", "fingerprint", "allow-loopback-peers", "no-dtls", "no-cli"]
    lines += [] if any(option.startswith("cert=") for option in options) else ["no-tls"]
    lines += ["log-file=stdout", "simple-log", f"pidfile={directory / 'turnserver.pid'}", f"userdb={directory / 'turndb'}"]
    configuration.write_text("\n".join([*lines, *options]) + "\n")
    with _turnserver(["-c", str(configuration)], port, directory) as server:
        yield server


@contextmanager
def deployed_coturn(directory: Path, secret: str) -> Iterator[Server]:
    """A TURN server with deploy/turnserver.conf; what differs per deployment is said on the command line. On the loopback."""
    port = free_port()
    options = ["-c", str(ROOT / "deploy" / "turnserver.conf"), f"--static-auth-secret={secret}", "--realm=conference"]
    options += [f"--listening-port={port}", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--relay-ip=::1"]
    options += [f"--pidfile={directory / 'turnserver.pid'}", f"--userdb={directory / 'turndb'}"]
    with _turnserver(options, port, directory) as server:
        yield server


@contextmanager
def _turnserver(options: list[str], port: int, directory: Path) -> Iterator[Server]:
    with running(["turnserver", *options], port, directory / "turnserver.log") as server:
        server.wait()
        _wait_for_datagrams(server)
        yield server


def _wait_for_datagrams(server: Server) -> None:
    """coturn accepts connections before its port takes datagrams. Raises Unhelpful if it never does."""
    url = Url("stun", "127.0.0.1", server.port, "udp")
    deadline = time.monotonic() + STARTED_SECONDS
    while True:
        try:
            bind(url)
            return
        except Unhelpful:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
