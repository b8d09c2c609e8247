"""An SMTP server on loopback (RFC 5321) that keeps what it gets, or answers every recipient with one code."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def mail_server(refusal: str = "") -> Iterator[tuple[int, list[str]]]:
    """Its port, and the messages it has got."""
    got: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.send("220 here")
            while line := self.rfile.readline().decode().strip():
                match line.split()[0].upper():
                    case "RCPT" if refusal:
                        self.send(f"{refusal} no")
                    case "DATA":
                        self.send("354 go on")
                        lines = []
                        while (text := self.rfile.readline().decode()) != ".\r\n":
                            lines.append(text)
                        got.append("".join(lines))
                        self.send("250 kept")
                    case "QUIT":
                        return self.send("221 bye")
                    case _:
                        self.send("250 ok")

        def send(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.server_address[1], got
        server.shutdown()
        thread.join()
