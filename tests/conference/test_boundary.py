"""What a request says about the server's address gets into no link: a real daphne, and clients that lie."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_django

from accounts.models import User
from tests.browser import deployment as deploying
from tests.browser.servers import Server, daphne
from tests.redis_server import free_port

Headers = Sequence[tuple[str, str]]

PUBLIC = "https://meet.example.org"
RESET = "/accounts/password/reset/"
LIES: dict[str, Headers] = {
    "root path": [("Daphne-Root-Path", "http://evil.example")],
    "root path with https": [("Daphne-Root-Path", "https://evil.example/x")],
    "root path without scheme": [("Daphne-Root-Path", "//evil.example")],
    "forwarded host": [("X-Forwarded-Host", "evil.example")],
    "forwarded port": [("X-Forwarded-Port", "81")],
    "forwarded prefix": [("X-Forwarded-Prefix", "//evil.example"), ("X-Script-Name", "//evil.example")],
    "forwarded scheme": [("X-Forwarded-Proto", "https")],
    "forwarded": [("Forwarded", "host=evil.example;proto=https")],
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True)
class Site:
    """A server that is called ``http://127.0.0.1:<port>``, ``http://localhost:<port>`` and ``https://meet.example.org``."""

    server: Server

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def ask(self, target: str, *headers: tuple[str, str], hosts: Sequence[str] | None = None, form: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.putrequest("POST" if form else "GET", target, skip_host=True, skip_accept_encoding=True)
        for host in [self.authority] if hosts is None else hosts:
            connection.putheader("Host", host)
        if form:
            connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.putheader("Content-Length", str(len(form)))
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(form.encode() or None)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read().decode())
        connection.close()
        return answer

    def mailed(self) -> list[str]:
        """The addresses in the mails so far; without a mail server they are printed."""
        return re.findall(r"^(https?://\S+|//\S+|/\S+)$", self.server.log.read_text(), re.MULTILINE)

    def arrived(self, before: int) -> list[str]:
        """The addresses in the mails since there were ``before``: a thread of the server sends them."""
        until = time.monotonic() + 60
        while not (links := self.mailed()[before:]):
            assert time.monotonic() < until, self.server.log.read_text()
            time.sleep(0.05)
        return links

    def reset(self, person: User, *headers: tuple[str, str], target: str = RESET, hosts: Sequence[str] | None = None) -> Answer:
        """Ask for a new password in this person's name."""
        page = self.ask(RESET)
        cookie = ("Cookie", page.headers["Set-Cookie"].partition(";")[0])
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token
        form = urlencode({"csrfmiddlewaretoken": token[1], "email": person.email})
        return self.ask(target, cookie, *headers, hosts=hosts, form=form)


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, static: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    port = free_port()
    with django_db_blocker.unblock(), deploying.database(directory) as database:
        environment = {
            "DJANGO_SETTINGS_MODULE": "conference.settings",
            "ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port},{PUBLIC}",
            "DATABASE_URL": f"sqlite:///{database}",
            "STATIC_ROOT": str(static),
            "VAR_DIR": str(directory),
        }
        with daphne("conference.asgi:application", port, directory / "server.log", environment) as server:
            server.wait()
            yield Site(server)


@pytest.mark.parametrize("lie", LIES)
def test_mallory_asks_for_a_new_password_of_alices_and_the_link_stays_ours(site: Site, lie: str) -> None:
    alice, before = deploying.user("Alice"), len(site.mailed())
    answer = site.reset(alice, *LIES[lie])
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/accounts/")
    links = site.arrived(before)
    assert all(link.startswith(f"{site.server.origin}/") for link in links) and any("/accounts/" in link for link in links)


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["127.0.0.1:81"],
        ["127.0.0.1"],
        ["localhost"],
        ["meet.example.org:8443"],
        ["127.0.0.1:{port}", "evil.example"],
        ["127.0.0.1:{port}", "127.0.0.1:{port}"],
        ["127.0.0.1:{port}@evil.example"],
        [""],
        [],
    ],
    ids=str,
)
def test_a_host_that_is_not_exactly_ours_is_refused(site: Site, hosts: list[str]) -> None:
    before = site.mailed()
    answer = site.reset(deploying.user("Alice"), hosts=[host.format(port=site.server.port) for host in hosts])
    assert answer.status == 400
    assert "evil" not in answer.text
    assert site.mailed() == before


def test_programs_are_refused_with_problem_details(site: Site) -> None:
    for host, words in (("evil.example", "ORIGINS"), ("meet.example.org", "X-Forwarded-Proto")):
        answer = site.ask("/api/v1/rooms", hosts=[host])
        problem = json.loads(answer.text)
        assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
        assert problem["type"].endswith("#problem-malformed") and words in problem["detail"]


def test_refused_hosts_do_not_fill_the_log(site: Site) -> None:
    before = site.server.log.stat().st_size
    assert {site.ask("/", hosts=["x" * 2_000]).status for _ in range(50)} == {400}
    assert site.server.log.stat().st_size - before < 500


@pytest.mark.parametrize("target", ["http://evil.example/accounts/password/reset/", "http:evil.example", "*"])
def test_a_request_target_that_is_no_path_is_refused(site: Site, target: str) -> None:
    before = site.mailed()
    assert site.reset(deploying.user("Alice"), target=target).status == 400
    assert site.mailed() == before


def test_each_name_of_ours_has_its_own_links(site: Site) -> None:
    alice = deploying.user("Alice")
    room = deploying.room(owner=alice)
    cookie = ("Cookie", f"login={deploying.login(alice)}")
    local = site.ask(f"/{room.slug}", cookie, hosts=[f"LOCALHOST:{site.server.port}"])
    assert f'"ws://localhost:{site.server.port}/socket/{room.slug}"' in unescape(local.text)
    for lie in LIES.values():
        page = unescape(site.ask(f"/{room.slug}", cookie, *lie).text)
        assert f'"ws://{site.authority}/socket/{room.slug}"' in page
        assert f'"{site.server.origin}/{room.slug}"' in page
        assert "evil" not in page


def test_the_page_of_an_https_name_has_a_wss_socket(site: Site) -> None:
    alice = deploying.user("Alice")
    room = deploying.room(owner=alice)
    cookie = ("Cookie", f"login={deploying.login(alice)}")
    for host in ("meet.example.org", "Meet.Example.org:443"):
        page = site.ask(f"/{room.slug}", cookie, ("X-Forwarded-Proto", "https"), hosts=[host])
        assert page.status == 200
        assert f'"wss://meet.example.org/socket/{room.slug}"' in unescape(page.text)
        assert f'"{PUBLIC}/{room.slug}"' in unescape(page.text)


def test_http_is_led_to_https_where_that_is_the_only_name(site: Site) -> None:
    answer = site.ask("/join?a=b", ("X-Forwarded-Proto", "http"), hosts=["meet.example.org"])
    assert (answer.status, answer.headers["Location"]) == (301, f"{PUBLIC}/join?a=b")
    answer = site.ask("//evil.example/", ("X-Forwarded-Proto", "http"), hosts=["meet.example.org"])
    assert (answer.status, answer.headers["Location"]) == (301, f"{PUBLIC}//evil.example/")


def test_a_proxy_that_does_not_say_https_is_named_instead_of_a_circle_of_redirects(site: Site) -> None:
    answer = site.ask("/", hosts=["meet.example.org"])
    assert answer.status == 400
    assert "X-Forwarded-Proto" in answer.text


def test_a_supervisor_asks_under_any_name(site: Site) -> None:
    assert site.ask("/health/live", hosts=["10.0.0.7:8000"]).status == 200
