"""An SMTP server on loopback (RFC 5321) that keeps what it gets, answers every recipient with one code, or hangs."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Hanging:
    """A mail server that does not say that it has got a mail, until it is released."""

    def __init__(self) -> None:
        self.reached, self.released = threading.Event(), threading.Event()

    def wait(self) -> None:
        self.reached.set()
        self.released.wait()


@contextmanager
def mail_server(refusal: str = "", hanging: Hanging | None = None) -> Iterator[tuple[int, list[str]]]:
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
                        if hanging is not None:
                            hanging.wait()
                        self.send("250 kept")
                    case "QUIT":
                        return self.send("221 bye")
                    case _:
                        self.send("250 ok")

        def send(self, text: str) -> None:
            with suppress(ConnectionError):
                self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], got
        finally:
            if hanging is not None:
                hanging.released.set()
            server.shutdown()
            thread.join()
