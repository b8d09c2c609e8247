"""A page of another site, which shows a meeting in a frame by our script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: ``told`` is what the site has been told. The second frame belongs to nobody.
PAGE = """<!doctype html><meta charset="utf-8"><title>Courses</title>
<style>iframe {{ width: 900px; height: 700px; border: 0 }} #other {{ height: 40px }}</style>
<button id="share">Share</button><div id="place"></div>
<iframe id="other" srcdoc="<p>Other"></iframe>
<script src="{server}/embed.js"></script>
<script>
const told = [];
const call = new ConferenceCall(document.querySelector("#place"), {{ url: "{server}{path}" }});
for (const type of ["ready", "waiting", "joined", "left", "people", "mute", "camera", "share", "hand", "end", "refused"])
  call.addEventListener(type, ({{ detail }}) => told.push({{ type, ...detail }}));
document.querySelector("#share").addEventListener("click", () => call.share());
</script>"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        body = PAGE.format(server=asked["server"][0], path=asked["path"][0]).encode() if asked else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def running() -> Iterator[str]:
    """Its origin: by its name another site than the server, which is at 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
