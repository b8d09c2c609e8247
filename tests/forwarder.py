"""A real HTTP reverse proxy on the loopback, with or without TLS, which a test configures rightly or wrongly."""

from __future__ import annotations

import select
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

CHUNK_BYTES = 65_536
#: Headers that a proxy does not pass on (RFC 9110, section 7.6.1), except for an upgrade.
HOPS = frozenset({"connection", "keep-alive"})


@contextmanager
def forwarding(
    port: int,
    target: int,
    *,
    drops: Collection[str] = (),
    sets: Mapping[str, str] | None = None,
    cookies: tuple[str, str] = ("", ""),
    tls: ssl.SSLContext | None = None,
    upgrading: Callable[[socket.socket, socket.socket], None] | None = None,
) -> Iterator[None]:
    """Passes on what comes to ``port`` to the port ``target``.

    Headers in ``drops`` are not passed on; those in ``sets`` replace what came. In cookies of the answer the first text of
    ``cookies`` is replaced by the second. ``upgrading`` is called with the connections to the browser and to the target for a
    request that asks for an upgrade; when it returns, both are closed.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", target)) as upstream:
                head, rest = self.read()
                upstream.sendall(passed_on(head) + rest)
                if upgrading and "\r\nupgrade:" in head.lower():
                    return upgrading(self.request, upstream)
                while self.exchange(upstream):
                    pass

        def read(self) -> tuple[str, bytes]:
            """The head of a request, and what came behind it. Raises ConnectionResetError."""
            data = b""
            while b"\r\n\r\n" not in data:
                part = self.request.recv(CHUNK_BYTES)
                if not part:
                    raise ConnectionResetError
                data += part
            head, _, rest = data.partition(b"\r\n\r\n")
            return head.decode("latin-1"), rest

        def exchange(self, upstream: socket.socket) -> bool:
            """Pass on one request and its response. False at the end."""
            held = tls and self.request.pending()
            for source in [self.request] if held else select.select([self.request, upstream], [], [])[0]:
                data = source.recv(CHUNK_BYTES)
                if source is upstream:
                    self.request.sendall(data.replace(cookies[0].encode(), cookies[1].encode()) if cookies[0] else data)
                else:
                    upstream.sendall(data)
                if not data:
                    return False
            return True

    def passed_on(head: str) -> bytes:
        first, *lines = head.split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        replaced = {*(name.lower() for name in sets or {}), *drops}
        kept = [(name, value) for name, value in headers if name not in replaced]
        if not any(name == "upgrade" for name, _ in kept):
            kept = [*((name, value) for name, value in kept if name not in HOPS), ("connection", "close")]
        text = [first, *(f"{name}: {value}" for name, value in [*kept, *(sets or {}).items()]), "", ""]
        return "\r\n".join(text).encode("latin-1")

    class Forwarder(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False
        request_queue_size = 128

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            # The handshake waits for the thread of the request.
            secure = tls and tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return secure or connection, address

    with Forwarder(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def certificate(directory: Path) -> tuple[Path, Path]:
    """A certificate for ``localhost``, which is its own authority, and its key."""
    kept, key = directory / "certificate.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(kept)]
    subprocess.run(command, check=True, capture_output=True)
    return kept, key


def serving_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
