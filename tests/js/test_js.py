"""Runs every ``*.test.js`` below this folder in the system's Chromium: one browser, and one document per module.

The page is served over loopback with the policy the product has (no inline script, Trusted Types), so what runs here runs there.
"""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, sync_playwright

from tests.browser.chromium import launch

ROOT = Path(__file__).parents[2]
SERVED = ("/static/", "/tests/js/", "/tests/wire/")
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/js").rglob("*.test.js"))
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; frame-src blob:; require-trusted-types-for 'script'"
)
RUN = """async (module) => {
    sessionStorage.clear();
    const { run } = await import("/tests/js/harness.js");
    await import(module);
    return run();
}"""


class Handler(SimpleHTTPRequestHandler):
    extensions_map = {**mimetypes.types_map, ".js": "text/javascript", ".json": "application/json"}

    def do_GET(self) -> None:
        if self.path.startswith(SERVED):
            super().do_GET()
        else:
            self.send_error(404)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(ROOT)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def context(origin: str) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_context(base_url=origin, permissions=["camera", "microphone"])
        browser.close()


def run(context: BrowserContext, module: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The reports of a module, and what it wrote to the console.

    It gets the tab of the module before, unless that one broke it: to open a tab takes longer than most modules.
    """
    page = context.pages[0] if context.pages else context.new_page()
    logs: list[str] = []

    def note(message: ConsoleMessage) -> None:
        logs.append(f"{message.type}: {message.text}")

    page.on("console", note)
    try:
        page.goto("/tests/js/page.html")
        return page.evaluate(RUN, module), logs
    except BaseException:  # pytest's timeout is one
        for each in context.pages:
            each.close()
        raise
    finally:
        page.remove_listener("console", note)


@pytest.mark.parametrize("module", MODULES)
def test_module(context: BrowserContext, module: str) -> None:
    reports, logs = run(context, f"/{module}")
    assert reports, "no test in the module"
    failures = [f"{report['name']}\n{report['error']}" for report in reports if report["error"]]
    assert not failures, "\n\n".join([f"{len(failures)} of {len(reports)} failed", *failures, *logs])
