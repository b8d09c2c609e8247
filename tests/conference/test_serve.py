"""From a fresh folder to a page, as with ``make run``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.redis_server import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """A started server; yields its output."""
    process = start(folder, port)
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "internal-certs" in line:
                break
        yield "".join(said)
    finally:
        process.terminate()
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "VAR_DIR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def page(url: str) -> str:
    """The answer to a GET. A refused connection is tried again, because daphne does not report when it begins to listen."""
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                text: str = response.read().decode()
                return text
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_the_first_start(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as said:
        link = re.search(rf"http://localhost:{port}/setup/\S+", said)
        assert link, said
        html = page(link[0])
        assert "<h1>Welcome</h1>" in html
        stylesheet = re.search(r'href="(/static/bundles/[a-z]+-[0-9A-Z]{8}\.css)"', html)
        assert stylesheet
        assert "@layer reset,tokens" in page(f"http://localhost:{port}{stylesheet[1]}")

        second = start(tmp_path, free_port())
        output, _ = second.communicate(timeout=200)
        assert second.returncode != 0
        assert "Another server is running" in output
        assert "<h1>Welcome</h1>" in page(link[0])

        taken = start(tmp_path / "other", port)
        output, _ = taken.communicate(timeout=200)
        assert taken.returncode != 0
        assert f"Cannot listen on 127.0.0.1:{port}" in output
