"""Somebody with Firefox, driven over WebDriver BiDi, which it speaks itself: Playwright's own Firefox is another program."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.browser.person import eventually

PREFERENCES: dict[str, bool | int] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "network.proxy.type": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "services.settings.server.disabled": True,
}
#: On a machine without a sound card.
SOUND = "pcm.!default { type null }\nctl.!default { type null }\n"
READY = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def program() -> str | None:
    """Where it is, if it is installed."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def required() -> str:
    """Where it is. Skips the test on a machine without it; ``tests/machine`` installs it on Debian."""
    return program() or pytest.skip("Firefox is not installed")


@contextmanager
def running(directory: Path, path: str, scripts: Sequence[Path] = ()) -> Iterator[Firefox]:
    """One page, in which ``scripts`` run before its own."""
    profile = directory / "firefox"
    profile.mkdir()
    preferences = [f'user_pref("{name}", {json.dumps(value)});\n' for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(preferences))
    (profile / "asound.conf").write_text(SOUND)
    with _process(profile, path) as address, connect(f"{address}/session", max_size=None) as socket:
        yield Firefox(socket, scripts)


@contextmanager
def _process(profile: Path, path: str) -> Iterator[str]:
    """Where it listens."""
    log = profile / "log"
    command = [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(profile / "asound.conf"), "HOME": str(profile)}
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output, env=environment) as process:
        try:
            yield eventually(lambda: READY.findall(log.read_text()), seconds=60, what="Firefox")[0]
        finally:
            process.terminate()


class Firefox:
    def __init__(self, socket: ClientConnection, scripts: Sequence[Path]) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.console: list[str] = []
        self._do("session.new", {"capabilities": {}})
        self._do("session.subscribe", {"events": ["log.entryAdded"]})
        self._context = self._do("browsingContext.getTree", {})["contexts"][0]["context"]
        for script in scripts:
            self._do("script.addPreloadScript", {"functionDeclaration": f"() => {{ {script.read_text()} }}"})

    def open(self, url: str) -> None:
        self._do("browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"})

    def keep(self, name: str, value: str, host: str) -> None:
        """A cookie that this host has set."""
        cookie = {"name": name, "value": {"type": "string", "value": value}, "domain": host}
        self._do("storage.setCookie", {"cookie": cookie})

    def reload(self) -> None:
        self._do("browsingContext.reload", {"context": self._context, "wait": "complete"})

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression or promise, as JSON."""
        source = f"(async () => JSON.stringify(await ({expression})))()"
        answer = self._do("script.evaluate", {"expression": source, "target": {"context": self._context}, "awaitPromise": True})
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value") or "null")

    def join(self, room: str, name: str) -> None:
        """Into the call at this address as a guest, camera and microphone on."""
        self.open(room)
        eventually(lambda: self.evaluate("document.querySelector('green-room')?.dataset.camera === 'on'"), seconds=60)
        self.evaluate(f"void (document.querySelector('#guest-name').value = {json.dumps(name)})")
        self.evaluate("void document.querySelector('green-room [data-part=join]').click()")
        eventually(lambda: self.evaluate("!document.querySelector('section.call').hidden"), seconds=60, what="the call")

    def _do(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv(60))).get("id") != number:
            if answer.get("method") == "log.entryAdded":
                self.console.append(str(answer["params"]["text"]))
        assert answer["type"] == "success", answer
        return answer["result"]
