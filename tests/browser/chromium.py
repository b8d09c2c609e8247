"""The system's Chromium, with fake devices."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, Playwright

FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=device-count=3",  # WebRTC encodes nothing of the second one
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def program() -> str:
    """Its path. Raises if it is not installed."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "chromium is not installed"
    return path


@contextmanager
def sharing_tab(chromium: BrowserType, title: str) -> Iterator[Browser]:
    """One that shares the tab of this title, unasked: the fake user interface would share a fake screen."""
    flags = [flag for flag in FLAGS if "fake-ui" not in flag]
    own = ["--auto-accept-camera-and-microphone-capture", f"--auto-select-tab-capture-source-by-title={title}"]
    browser = chromium.launch(executable_path=program(), args=[*flags, *own])
    yield browser
    browser.close()


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Start it; raises when it is not installed. Of a flag that is given twice, the last counts."""
    return playwright.chromium.launch(executable_path=program(), args=[*FLAGS, *flags])
