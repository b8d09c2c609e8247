"""The system's Chromium, with fake devices."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, Playwright

#: Features that are switched off: two pages of the browser's own, which each window loads for its address bar with 0.35 s of a
#: processor, and names in place of addresses in candidates.
WITHOUT = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebRtcHideLocalIpsWithMdns")
#: For tests that do not look at the frame rate: cameras of 5 frames a second in place of 20, which is less to encode and to draw.
FEW_FRAMES = "--use-fake-device-for-media-stream=device-count=3,fps=5"
FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=device-count=3",  # WebRTC encodes nothing of the second one
    "--autoplay-policy=no-user-gesture-required",
    f"--disable-features={','.join(WITHOUT)}",
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


def shell() -> str:
    """The path of Chromium without its own windows (docs/decisions/headless-shell.md); elsewhere that of :func:`program`.

    It has the same pages, scripts, media and connections, in three quarters of the processor time. It does not show PDF files,
    notifications and windows for videos, share tabs, or keep permissions.
    """
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or program()


@contextmanager
def sharing_tab(chromium: BrowserType, title: str) -> Iterator[Browser]:
    """One that shares the tab of this title, unasked: the fake user interface would share a fake screen."""
    flags = [flag for flag in FLAGS if "fake-ui" not in flag]
    own = ["--auto-accept-camera-and-microphone-capture", f"--auto-select-tab-capture-source-by-title={title}"]
    browser = chromium.launch(executable_path=program(), args=[*flags, *own])
    yield browser
    browser.close()


def launch(playwright: Playwright, *flags: str, path: str = "") -> Browser:
    """Start :func:`program`, or that at ``path``; raises if it is missing. Of a flag that is given twice, the last counts."""
    return playwright.chromium.launch(executable_path=path or program(), args=[*FLAGS, *flags])
