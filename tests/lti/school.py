"""A learning platform with its own key. It serves its keys, and pages for real browsers, by HTTP on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from lti.messages import CLAIM, MEMBERSHIP
from lti.models import Platform

ISSUER = "https://moodle.example.org"
TEACHER, STUDENT = f"{MEMBERSHIP}#Instructor", f"{MEMBERSHIP}#Learner"


class School:
    def __init__(self, port: int) -> None:
        self.port = port
        self.asked = 0
        self.renew("first")

    def enroll(self, login_url: str = f"{ISSUER}/auth?x=1", using: str = "default") -> Platform:
        """The administrators of both sides have copied what the other has."""
        facts = {"login_url": login_url, "keys_url": f"http://127.0.0.1:{self.port}/keys"}
        platform = Platform(name="Moodle", issuer=ISSUER, client="conference", **facts)
        platform.save(using=using)
        return platform

    def renew(self, name: str) -> None:
        """From now on the school signs with another key."""
        self.name, self.key = name, rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{"kid": "old", "kty": "oct", "k": "AA"}, {**public, "kid": self.name, "alg": "RS256", "use": "sig"}]}

    def ask(self, browser: Client) -> dict[str, str]:
        """Begin a launch, and return the query of the question that the browser is led with."""
        led = browser.get("/lti/login", {"iss": ISSUER, "login_hint": "7", "lti_message_hint": "m", "client_id": "conference"})
        assert led.status_code == 302 and led["Location"].startswith(f"{ISSUER}/auth?x=1&")
        return {name: values[0] for name, values in parse_qs(urlsplit(led["Location"]).query).items()}

    def keys_page(self) -> bytes:
        self.asked += 1
        return json.dumps(self.keys).encode()

    def page(self, path: str) -> bytes:
        """The page of a course, whose link begins a launch; or the answer to our question, a form that sends itself."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        if "nonce" not in query:
            begin = f"{query['tool']}/lti/login?{urlencode({'iss': ISSUER, 'login_hint': query['name']})}"
            return f'<a href="{escape(begin)}">Meeting</a>'.encode()
        fields = {"state": query["state"], "id_token": self.token(query["nonce"], name=query["login_hint"])}
        inputs = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
        form = f'<form method="post" action="{escape(query["redirect_uri"])}">{inputs}</form>'
        return f"{form}<script>document.forms[0].submit()</script>".encode()

    def claims(self, nonce: str, changed: dict[str, Any]) -> dict[str, Any]:
        now = int(time.time())
        said = {
            **{"iss": ISSUER, "aud": "conference", "sub": "7", "iat": now, "exp": now + 60, "nonce": nonce, "name": "Tina"},
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": "1",
            f"{CLAIM}context": {"id": "c1", "title": "Biology 7b"},
            f"{CLAIM}resource_link": {"id": "r1"},
            f"{CLAIM}roles": [TEACHER],
        }
        return {**said, **changed}

    def token(self, nonce: str, key: Any = None, /, **changed: Any) -> str:
        return jwt.encode(self.claims(nonce, changed), key or self.key, "RS256", headers={"kid": self.name})

    def answer(self, browser: Client, question: dict[str, str], *, key: Any = None, **changed: Any) -> Any:
        token = self.token(question["nonce"], key, **changed)
        return browser.post("/lti/launch", {"state": question["state"], "id_token": token})

    def send(self, browser: Client, **changed: Any) -> Any:
        """The whole launch."""
        return self.answer(browser, self.ask(browser), **changed)


@contextmanager
def school() -> Iterator[School]:
    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = ("application/json", one.keys_page()) if self.path == "/keys" else ("text/html", one.page(self.path))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    one = School(server.server_port)
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
