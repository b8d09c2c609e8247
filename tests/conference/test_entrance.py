"""The doctor uses the public address: a real server behind a real proxy with TLS, configured rightly and wrongly."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.conf import settings
from django.test import Client, override_settings

from conference import entrance
from conference.findings import Finding
from tests.browser import deployment as deploying
from tests.browser.servers import Server, daphne
from tests.forwarder import certificate, forwarding, serving_tls
from tests.redis_server import free_port

RIGHT = {"X-Forwarded-Proto": "https", "X-Real-IP": "203.0.113.7"}


@dataclass(frozen=True)
class House:
    """A server whose public address is an https port at which nobody listens yet."""

    server: Server
    port: int
    certificate: Path
    key: Path

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    def examine(self, sets: Mapping[str, str] = RIGHT, drops: Collection[str] = (), **options: Any) -> dict[str, Finding]:
        """The findings through a proxy, by the first word of their part."""
        proxy = {"sets": sets, "drops": drops, "cookies": options.pop("cookies", ("", ""))}
        with forwarding(self.port, self.server.port, tls=serving_tls(self.certificate, self.key), **proxy):
            return self.look(**options)

    def look(self, **options: Any) -> dict[str, Finding]:
        secure = {"HTTPS": True, "CSRF_COOKIE_NAME": "__Host-csrf", "CLIENT_IP_HEADER": "X-Real-IP", "ORIGINS": [self.origin]}
        with override_settings(**{**secure, **options}):
            return {finding.part.partition(" ")[0]: finding for finding in entrance.examine()}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Path]:
    with django_db_blocker.unblock(), deploying.database(tmp_path_factory.mktemp("database")) as path:
        yield path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, database: Path, static: Path) -> Iterator[House]:
    with served(tmp_path_factory.mktemp("house"), database, static, "X-Real-IP") as house:
        yield house


@pytest.fixture(scope="module")
def naive(tmp_path_factory: pytest.TempPathFactory, database: Path, static: Path) -> Iterator[House]:
    """One without CLIENT_IP_HEADER."""
    with served(tmp_path_factory.mktemp("naive"), database, static, "") as house:
        yield house


@contextmanager
def served(directory: Path, database: Path, static: Path, header: str) -> Iterator[House]:
    public, port = free_port(), free_port()
    environment = {
        "DJANGO_SETTINGS_MODULE": "conference.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "ORIGINS": f"https://localhost:{public}",
        "CLIENT_IP_HEADER": header,
        "DATABASE_URL": f"sqlite:///{database}",
        "STATIC_ROOT": str(static),
        "VAR_DIR": str(directory),
    }
    with daphne("conference.asgi:application", port, directory / "server.log", environment) as server:
        server.wait()
        yield House(server, public, *certificate(directory))


@pytest.fixture(autouse=True)
def _trusted(house: House, naive: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Trust the certificates of the test."""
    together = tmp_path / "authorities.pem"
    together.write_text(house.certificate.read_text() + naive.certificate.read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(together))


def test_a_proxy_that_is_set_up_rightly(house: House) -> None:
    found = house.examine()
    assert list(found) == ["certificate", "page", "visitors", "log-in", "socket"]
    assert not [finding for finding in found.values() if finding.advice], found
    assert found["visitors"].result == "this one comes from 203.0.113.7"


def test_one_that_drops_upgrade(house: House) -> None:
    found = house.examine(drops={"upgrade", "connection"})
    assert wrong(found) == {"socket"}
    assert "404" in found["socket"].result and "Upgrade" in found["socket"].advice


def test_one_that_drops_x_forwarded_proto(house: House) -> None:
    found = house.examine(sets={"X-Real-IP": "203.0.113.7"})
    assert wrong(found) == {"page"}
    assert found["page"].result == "X-Forwarded-Proto is missing"
    assert "$scheme" in found["page"].advice


def test_one_that_says_http(house: House) -> None:
    found = house.examine(sets={**RIGHT, "X-Forwarded-Proto": "http"})
    assert wrong(found) == {"page"} and "'http'" in found["page"].result


def test_one_that_drops_host(house: House) -> None:
    found = house.examine(sets={**RIGHT, "Host": f"127.0.0.1:{house.server.port}"})
    assert wrong(found) == {"page"}
    assert found["page"].result == f"Host arrives as '127.0.0.1:{house.server.port}'"


def test_one_that_passes_on_what_the_visitor_says_of_their_address(house: House) -> None:
    found = house.examine(sets={"X-Forwarded-Proto": "https"})
    assert wrong(found) == {"visitors"}
    assert "chooses the address" in found["visitors"].result


@pytest.mark.parametrize("sent", ["192.0.2.1, 203.0.113.7", "unknown"])
def test_one_that_sends_no_single_address(house: House, sent: str) -> None:
    found = house.examine(sets={**RIGHT, "X-Real-IP": sent})
    assert wrong(found) == {"visitors"} and "only that" in found["visitors"].advice


def test_one_that_drops_the_address(house: House) -> None:
    found = house.examine(sets={"X-Forwarded-Proto": "https"}, drops={"x-real-ip"})
    assert wrong(found) == {"visitors"}


def test_one_that_drops_cookies(house: House) -> None:
    found = house.examine(drops={"cookie"})
    assert wrong(found) == {"log-in"} and "403" in found["log-in"].result


def test_one_that_rewrites_cookies(house: House) -> None:
    found = house.examine(cookies=("; Secure", ""))
    assert wrong(found) == {"log-in"} and "__Host-" in found["log-in"].advice


def test_without_the_setting_everybody_has_the_address_of_the_proxy(naive: House) -> None:
    found = naive.examine(CLIENT_IP_HEADER="")
    assert wrong(found) == {"visitors"}
    assert "all have the address of the proxy (127.0.0.1)" in found["visitors"].result
    said = naive.server.log.read_text()
    assert said.count("CLIENT_IP_HEADER is empty") == 1


def test_nobody_listens(house: House) -> None:
    found = house.look()
    assert list(found) == ["certificate", "page"] and wrong(found) == {"certificate", "page"}
    assert "refused" in found["page"].result


def test_another_server_answers(house: House, naive: House) -> None:
    with override_settings(SECRET_KEY="another"):
        found = house.examine()
    assert wrong(found) == {"page"} and "SECRET_KEY" in found["page"].advice


def test_a_certificate_that_nobody_trusts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    found = house.examine()
    assert wrong(found) == {"certificate", "page"}
    assert "self" in found["certificate"].result


@pytest.mark.parametrize("lifetime_hours", [12, 6 * 24, 90 * 24])
def test_a_certificate_is_overdue_by_its_own_lifetime(lifetime_hours: int) -> None:
    """Caddy's own are good for 12 hours, Let's Encrypt's for 6 or 90 days; each is renewed when a third is left."""
    assert not entrance.overdue(0, lifetime_hours, lifetime_hours * 2 / 3)
    assert entrance.overdue(0, lifetime_hours, lifetime_hours * 9 / 10)


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer abc"])
def test_nobody_else_learns_what_arrives(client: Client, db: None, sent: str) -> None:
    assert client.get("/health/arrival", headers={"authorization": sent}).status_code == 404


def wrong(found: Mapping[str, Finding]) -> set[str]:
    return {part for part, finding in found.items() if finding.advice}
