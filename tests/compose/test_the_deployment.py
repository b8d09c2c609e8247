"""The real docker-compose.yml on a fresh machine: a call over two workers, through the relay, during an upgrade, and a backup."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser.person import CAMERA, Person, eventually
from tests.compose import deployment
from tests.compose.deployment import Allocations, compose, healthy, name, podman, sockets
from tests.compose.engine import DOMAIN, RELAY_DOMAIN, SECOND
from tests.compose.homes import browsing, only_https

pytestmark = pytest.mark.timeout(600)

ADDRESS, PASSWORD = "alice@example.org", "correct horse battery staple"
ALLOCATIONS = 2 + 3
"""Of Alice, who has one network interface, and Bob, who has two: over UDP each, over TCP only that of the default route."""
AUTHORITY = "/data/caddy/pki/authorities/local/root.crt"
NO_MAIL = "FAIL settings: EMAIL_URL is empty: mail is printed and not sent. conference.W005"
EVERYTHING = """
import importlib, os, pkgutil, django
os.environ["DJANGO_SETTINGS_MODULE"] = "conference.settings"
django.setup()
for app in ("conference", "accounts", "rooms", "signaling"):
    package = importlib.import_module(app)
    for module in pkgutil.walk_packages(package.__path__, app + "."):
        importlib.import_module(module.name)
"""


@pytest.fixture(scope="module")
def browsers() -> Iterator[dict[str, Browser]]:
    with (
        sync_playwright() as playwright,
        browsing(playwright, "alice") as alice,
        browsing(playwright, "bob") as bob,
        browsing(playwright, "carol") as carol,
    ):
        yield {"Alice": alice, "Bob": bob, "Carol": carol}


def enter(browsers: dict[str, Browser], who: str) -> Person:
    return Person(who, browsers[who], f"https://{DOMAIN}", ignore_https_errors=True)


def answer(person: Person) -> str:
    """The answer of `/health/ready` through Caddy."""
    try:
        said = person.context.request.get("/health/ready")
        return "" if said.status == 200 else f"{said.status} {said.text()[:200]}"
    except Error as error:
        return error.message


def wait_opened(person: Person) -> None:
    try:
        eventually(lambda: not answer(person), seconds=30, what="the door open")
    except AssertionError:
        print(answer(person), deployment.log(name("caddy")), podman("exec", name("caddy"), "getent", "ahosts", "web"))
        raise


@dataclass
class Meeting:
    alice: Person
    bob: Person
    slug: str

    @property
    def people(self) -> tuple[Person, Person]:
        return self.alice, self.bob

    def is_on(self, count: int = 1) -> None:
        """Each sees the other now."""
        for person in self.people:
            eventually(lambda person=person: person.connected(count), what=f"{person.name} connected")  # type: ignore[misc]
            frames = int(person.received(CAMERA)["frames"])
            eventually(lambda person=person, frames=frames: person.sees(CAMERA, since=frames + 20), what=person.name)  # type: ignore[misc]

    def goes(self, relayed: bool, watched: Callable[[], object]) -> None:
        """Wait until the call goes through the relay, or else directly. ``watched`` is called meanwhile."""
        way = "through the relay" if relayed else "directly"
        try:
            eventually(lambda: (watched(), (self.paths() == {("relay", "relay")}) is relayed)[1], what=way)
        except AssertionError:
            print(self.paths(), deployment.log(name("coturn")))
            raise

    def paths(self) -> set[tuple[str, str]]:
        return {(one["local"], one["remote"]) for person in self.people for one in person.connections()}


@pytest.fixture(scope="module")
def meeting(browsers: dict[str, Browser]) -> Iterator[Meeting]:
    """Alice becomes the administrator by the one-time link, and makes a room; Bob follows its link."""
    deployment.clear()
    deployment.stores()
    deployment.door()
    alice, bob = enter(browsers, "Alice"), enter(browsers, "Bob")
    wait_opened(alice)
    link = podman("exec", name("web"), "python", "manage.py", "setup_link").decode().strip()
    page = alice.page
    page.goto(link)
    page.get_by_label("Your name").fill("Alice")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(ADDRESS)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the administrator").click()
    page.get_by_role("button", name="New meeting").click()
    page.wait_for_url(re.compile(r"/[a-z]{3}-[a-z]{4}-[a-z]{3}$"))
    slug = page.url.rpartition("/")[2]
    alice.join(slug)
    bob.join(slug)
    yield Meeting(alice, bob, slug)
    for person in (alice, bob):
        assert not person.errors and not person.reports
        person.close()


def test_the_image_has_everything_that_it_imports(meeting: Meeting) -> None:
    podman("exec", name("web"), "python", "-W", "error", "-c", EVERYTHING)
    assert b"no issues" in podman("exec", name("web"), "python", "manage.py", "check")


def test_two_people_call_each_other_over_two_workers(meeting: Meeting) -> None:
    meeting.is_on()
    for _ in range(10):
        if sockets(1, 2) == [1, 1]:
            break
        meeting.bob.page.reload()
        meeting.is_on()
    assert sockets(1, 2) == [1, 1]
    assert "relay" not in {end for path in meeting.paths() for end in path}


def test_a_room_only_through_the_relay(meeting: Meeting) -> None:
    ids = [person.participant for person in meeting.people]
    relay = Allocations()
    eventually(lambda: relay.count() == ALLOCATIONS, what="an allocation for each URL and interface")
    settings = meeting.alice.context.new_page()
    for choice, relayed in (("Only through the relay", True), ("Directly when possible", False)):
        settings.goto(f"/{meeting.slug}/settings")
        settings.get_by_label(choice).check()
        settings.get_by_role("button", name="Save").click()
        settings.get_by_text("The settings have been saved.").wait_for()
        meeting.goes(relayed, relay.count)
        meeting.is_on()
    settings.close()
    assert relay.most <= 2 * ALLOCATIONS
    assert [person.participant for person in meeting.people] == ids


def test_an_upgrade_drops_no_call(meeting: Meeting) -> None:
    """As docs/operations.md says."""
    ids = [person.participant for person in meeting.people]
    made = [person.page.evaluate("() => window.recorder.made()") for person in meeting.people]
    podman("tag", "localhost/conference:local", "localhost/conference:next")
    compose("run", "--rm", "--no-deps", "migrate", tag="next")
    compose("up", "-d", "--no-build", "--no-deps", "--no-recreate", "--scale", "web=4", "web", tag="next")
    for number in (3, 4):
        healthy(name("web", number))
    for number in (1, 2):
        podman("stop", "--time", "30", name("web", number))
        podman("rm", name("web", number))
        meeting.is_on()
    eventually(lambda: sum(sockets(3, 4)) == 2, what="both on the new workers")
    assert [person.participant for person in meeting.people] == ids
    assert [person.page.evaluate("() => window.recorder.made()") for person in meeting.people] == made
    relay = Allocations()
    eventually(lambda: relay.count() == ALLOCATIONS, seconds=60, what="those before the last ICE restart given back")
    assert not [fact for person in meeting.people for frame in person.incoming for fact in frame if fact["type"] == "left"]


def test_somebody_joins_after_the_upgrade(meeting: Meeting, browsers: dict[str, Browser]) -> None:
    carol = enter(browsers, "Carol")
    carol.join(meeting.slug)
    eventually(lambda: carol.connected(2), what="Carol connected with both")
    carol.leave()
    carol.close()


def test_a_backup_is_restored_into_empty_volumes(meeting: Meeting, browsers: dict[str, Browser]) -> None:
    """As docs/operations.md says."""
    backup = podman("exec", name("database"), "pg_dump", "-U", "conference", "-Fc", "conference")
    for person in meeting.people:
        person.leave()
    deployment.clear()
    deployment.stores()
    restore = ["pg_restore", "-U", "conference", "-d", "conference", "--no-owner", "--exit-on-error"]
    podman("exec", "-i", name("database"), *restore, input=backup)
    deployment.door(*deployment.OVER_TLS)
    alice = enter(browsers, "Alice")
    wait_opened(alice)
    alice.open("/accounts/login/")
    alice.page.get_by_label("Email").fill(ADDRESS)
    alice.page.get_by_label("Password").fill(PASSWORD)
    alice.page.get_by_role("button", name="Sign in", exact=True).click()
    alice.page.get_by_role("button", name="New meeting").wait_for()
    alice.join(meeting.slug)
    alice.close()


def test_whoever_reaches_only_port_443_is_relayed_over_tls(meeting: Meeting, browsers: dict[str, Browser]) -> None:
    """Also, coturn reads a new certificate while it runs, and nothing is interrupted."""
    only_https("carol")
    bob, carol = enter(browsers, "Bob"), enter(browsers, "Carol")
    for person in (bob, carol):
        person.join(meeting.slug)
    strict = Meeting(bob, carol, meeting.slug)
    strict.is_on()
    assert [one["local"] for one in carol.connections()] == ["relay"]
    made, before = carol.page.evaluate("() => window.recorder.made()"), ssl.get_server_certificate((SECOND, 443))
    podman("exec", name("certificate"), "rm", "-r", f"/data/caddy/certificates/local/{RELAY_DOMAIN}")
    podman("restart", name("certificate"))
    eventually(lambda: ssl.get_server_certificate((SECOND, 443)) != before, seconds=90, what="the new certificate served")
    strict.is_on()
    assert carol.page.evaluate("() => window.recorder.made()") == made
    for person in (bob, carol):
        person.leave()
        person.close()


def test_the_doctor_finds_nothing_but_that_there_is_no_mail_server(meeting: Meeting) -> None:
    """It uses the public addresses, and relays over UDP and TLS. The worker trusts the authorities of both Caddys."""
    authorities = [podman("exec", name(caddy), "cat", AUTHORITY) for caddy in ("caddy", "certificate")]
    podman("exec", "-i", name("web"), "sh", "-c", "cat >/tmp/trusted.pem", input=b"".join(authorities))
    said = podman(
        "exec", "-e", "SSL_CERT_FILE=/tmp/trusted.pem", name("web"), "sh", "-c", "python manage.py doctor || true"
    ).decode()
    lines = said.splitlines()
    assert [line for line in lines if line.startswith("FAIL")] == [NO_MAIL], said
    assert sum("relays to itself" in line for line in lines) == len(("udp", "tls")), said
