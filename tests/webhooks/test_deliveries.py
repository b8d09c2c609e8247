"""Other systems are told of events: a real receiver on loopback verifies them with the library of the standard."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import User
from events.models import Event
from events.outbox import emit
from jobs.models import Job
from rooms.models import Room
from tests.redis_server import free_port
from tests.rooms.scenes import make_room
from tests.working import work_off
from webhooks import transport
from webhooks.deliveries import FOLLOW, SEND
from webhooks.destinations import Address, Refused
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db

STARTED, ENDED, JOINED = Event.Kind.STARTED, Event.Kind.ENDED, Event.Kind.JOINED
LOOPBACK = [ip_network("127.0.0.0/8")]


class Receiver(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        if self.server.mode == "gigabyte":
            self.send_response(200)
            self.send_header("Content-Length", str(2**30))
            self.end_headers()
            while self.server.sent < 2**30:
                self.wfile.write(b"x" * 65536)
                self.server.sent += 65536
            return
        if self.server.mode == "slow":
            for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
                self.wfile.write(bytes([letter]))
                if self.server.over.wait(0.05):
                    return
        self.send_response(307 if self.server.mode == "redirect" else 200 if self.server.mode == "good" else 500)
        if self.server.mode == "redirect":
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self, port: int = 0, mode: str = "good") -> None:
        super().__init__(("127.0.0.1", port), Receiver)
        self.mode, self.sent, self.over = mode, 0, threading.Event()
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"

    def handle_error(self, *_: Any) -> None:
        """The sender hangs up, as it should."""


@contextmanager
def receiving(port: int = 0, mode: str = "good") -> Iterator[Server]:
    server = Server(port, mode)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _allowed(settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = LOOPBACK


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice)


def endpoint(url: str, creator: User | None = None, **fields: Any) -> tuple[Endpoint, str]:
    made = Endpoint(url=url, kinds=Event.Kind.values, creator=creator, **fields)
    secret = made.renew_secret()
    made.save()
    return made, secret


def run() -> None:
    work_off(FOLLOW.job, SEND)


def later() -> None:
    """What pauses is due."""
    Job.objects.filter(kind=SEND.name, status="waiting").update(due_at=Now())
    Delivery.objects.filter(status="waiting").update(due_at=Now())
    run()


def numbers(server: Server) -> list[int]:
    return [json.loads(body)["data"]["meeting"] for _headers, body in server.got]


def test_an_event_arrives_with_a_signature_that_the_library_of_the_standard_verifies(room: Room) -> None:
    with receiving() as server:
        made, secret = endpoint(server.url, room=room)
        event = emit(STARTED, room.pk, meeting=7)
        run()
    ((headers, body),) = server.got
    told = Webhook(secret).verify(body, headers)
    assert told["type"] == "meeting.started" and told["timestamp"]
    assert told["data"] == {"room": {"id": room.pk, "code": room.slug, "name": "Weekly"}, "meeting": 7}
    delivery = Delivery.objects.get(endpoint=made, event=event)
    assert (delivery.status, delivery.message) == ("delivered", headers["webhook-id"])
    assert (delivery.log.get().status, delivery.log.get().answer) == (200, "hello")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    assert secret not in made.sealed_secret


def test_an_endpoint_of_a_room_is_told_of_that_room_only_and_of_its_kinds(room: Room) -> None:
    with receiving() as server:
        made, _secret = endpoint(server.url, room=room)
        Endpoint.objects.filter(pk=made.pk).update(kinds=[ENDED])
        emit(ENDED, make_room().pk, meeting=1)
        emit(STARTED, room.pk, meeting=2)
        emit(ENDED, room.pk, meeting=3)
        run()
        assert numbers(server) == [3]


def test_an_event_that_no_endpoint_wants_puts_no_job(room: Room) -> None:
    endpoint("https://example.org/", room=room, enabled=False)
    made, _secret = endpoint("https://example.org/", room=room)
    Endpoint.objects.filter(pk=made.pk).update(kinds=[ENDED])
    emit(JOINED, room.pk)
    emit(ENDED, room.pk + 1)
    assert not Job.objects.filter(kind=FOLLOW.job.name).exists()
    emit(ENDED, room.pk)
    assert Job.objects.filter(kind=FOLLOW.job.name).exists()


def test_a_receiver_that_is_down_gets_everything_in_order_with_the_same_ids(room: Room) -> None:
    port = free_port()
    made, secret = endpoint(f"http://127.0.0.1:{port}/")
    for number in range(5):
        emit(JOINED, room.pk, meeting=number)
        run()
    later()
    assert Delivery.objects.get(event__details={"meeting": 0}).attempts == 2
    assert Delivery.objects.filter(attempts=0).count() == 4
    ids = list(Delivery.objects.order_by("event_id").values_list("message", flat=True))
    made.refresh_from_db()
    assert made.failing_since
    with receiving(port) as server:
        later()
        assert numbers(server) == [0, 1, 2, 3, 4]
        assert [headers["webhook-id"] for headers, _body in server.got] == ids
        for headers, body in server.got:
            Webhook(secret).verify(body, headers)
    made.refresh_from_db()
    assert made.failing_since is None


def test_events_whose_followers_come_in_another_order_arrive_in_order(room: Room) -> None:
    with receiving() as server:
        endpoint(server.url)
        for number in range(3):
            emit(JOINED, room.pk, meeting=number)
        *first, _last = Job.objects.filter(kind=FOLLOW.job.name).order_by("pk")
        Job.objects.filter(pk__in=[job.pk for job in first]).update(due_at=Now() + timedelta(hours=1))
        run()
        assert numbers(server) == [0, 1, 2]
        Job.objects.filter(kind=FOLLOW.job.name, status="waiting").update(due_at=Now())
        run()
        assert numbers(server) == [0, 1, 2]


def test_a_process_that_ended_while_it_sent_is_followed_by_another(room: Room) -> None:
    with receiving() as server:
        endpoint(server.url)
        emit(STARTED, room.pk, meeting=1)
        work_off(FOLLOW.job)
        Delivery.objects.update(due_at=Now() + timedelta(minutes=1))
        run()
        assert not server.got and Job.objects.filter(kind=SEND.name, status="waiting").count() == 1
        later()
        assert numbers(server) == [1]


def test_a_secret_of_another_key_of_the_server_is_a_failure_that_the_log_explains(room: Room, settings: Settings) -> None:
    with receiving() as server:
        endpoint(server.url)
        settings.SECRET_KEY = "another-" * 8
        emit(STARTED, room.pk, meeting=1)
        run()
        assert not server.got
    delivery = Delivery.objects.get()
    assert delivery.status == "waiting" and "SECRET_KEY" in delivery.log.get().answer


def test_after_a_day_a_delivery_is_given_up_and_the_next_is_sent(room: Room) -> None:
    with receiving(mode="bad") as server:
        endpoint(server.url)
        emit(STARTED, room.pk, meeting=1)
        run()
        Delivery.objects.update(begun_at=Now() - timedelta(days=1, minutes=1))
        emit(ENDED, room.pk, meeting=2)
        later()
    assert list(Delivery.objects.order_by("event_id").values_list("status", "attempts")) == [("given_up", 2), ("waiting", 1)]


def test_an_endpoint_that_fails_for_days_is_disabled_with_a_mail(room: Room, alice: User) -> None:
    with receiving(mode="bad") as server:
        made, _secret = endpoint(server.url, alice)
        Endpoint.objects.update(failing_since=Now() - timedelta(days=3, minutes=1))
        emit(STARTED, room.pk, meeting=1)
        run()
        made.refresh_from_db()
        assert not made.enabled
        emit(ENDED, room.pk, meeting=2)
        later()
        assert len(server.got) == 1
    work_off()
    (message,) = mail.outbox
    assert message.to == ["alice@example.org"] and server.url in str(message.body)


def test_a_gigabyte_is_not_read() -> None:
    with receiving(mode="gigabyte") as server:
        answer = transport.post(server.url, b"{}", {}, LOOPBACK)
        assert answer.accepted and answer.excerpt == "x" * transport.EXCERPT
    assert server.sent < 2**26


def test_a_slow_answer_is_not_waited_for() -> None:
    with receiving(mode="slow") as server:
        began = time.monotonic()
        with pytest.raises(OSError):
            transport.post(server.url, b"{}", {}, LOOPBACK, seconds=0.5)
        assert time.monotonic() - began < 40


def test_a_redirect_is_not_followed() -> None:
    with receiving(mode="redirect") as server:
        answer = transport.post(server.url, b"{}", {}, LOOPBACK)
        assert answer.status == 307 and not answer.accepted and len(server.got) == 1


def resolved(found: list[Address], host: str, port: int) -> list[Address]:
    return found


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "fc00::1"]
    + ["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"],
)
def test_nothing_is_sent_into_private_networks(address: str) -> None:
    for found in ([ip_address(address)], [ip_address("93.184.216.34"), ip_address(address)]):
        with pytest.raises(Refused):
            transport.post("https://example.org/", b"", {}, [], resolve=partial(resolved, found))


def test_a_name_that_changes_to_a_private_address_leads_nowhere() -> None:
    """The first time it is public as far as the check knows; nobody asks a second time."""
    asked = []

    def rebind(host: str, port: int) -> Any:
        asked.append(host)
        return [ip_address("127.0.0.1" if len(asked) == 1 else "127.0.0.2")]

    with receiving() as server:
        url = f"http://rebind.example.org:{server.server_port}/"
        assert transport.post(url, b"", {}, [ip_network("127.0.0.1/32")], resolve=rebind).accepted
        assert asked == ["rebind.example.org"] and server.got[0][0]["Host"] == f"rebind.example.org:{server.server_port}"
        with pytest.raises(Refused):
            transport.post(url, b"", {}, [ip_network("127.0.0.1/32")], resolve=rebind)
        assert len(server.got) == 1


def test_only_https_is_sent_to_the_internet() -> None:
    with pytest.raises(Refused, match="https"):
        transport.post("http://example.org/", b"", {}, [], resolve=lambda host, port: [ip_address("93.184.216.34")])


def test_a_receiver_without_tls_is_a_failure_and_no_traceback() -> None:
    with receiving() as server, pytest.raises(OSError):
        transport.post(server.url.replace("http:", "https:"), b"", {}, LOOPBACK, seconds=2)


def test_a_port_that_answers_something_else_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with listener.accept()[0] as connection:
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(OSError):
            transport.post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"", {}, LOOPBACK, seconds=2)
        thread.join()


def form(url: str, **fields: Any) -> dict[str, Any]:
    return {"room": "", "url": url, "kinds": ["meeting.started"], "enabled": "on", **fields}


def test_an_administrator_makes_an_endpoint_and_sees_its_secret_once(admin_client: Client, room: Room) -> None:
    emit(STARTED, room.pk, meeting=1)
    with receiving() as server:
        answer = admin_client.post("/admin/webhooks/endpoint/add/", form(server.url))
        made = Endpoint.objects.get()
        assert made.secret in answer.content.decode() and made.creator
        assert "messages" not in answer.cookies
        for path in ("/admin/webhooks/endpoint/", f"/admin/webhooks/endpoint/{made.pk}/change/"):
            assert made.secret not in admin_client.get(path).content.decode()
        emit(STARTED, room.pk, meeting=2)
        run()
        assert numbers(server) == [2]
        delivery = Delivery.objects.get()
        for path in ("/admin/webhooks/delivery/", f"/admin/webhooks/delivery/{delivery.pk}/change/"):
            assert delivery.message in admin_client.get(path).content.decode()
        admin_client.post("/admin/webhooks/delivery/", {"action": "replay", "_selected_action": [delivery.pk]})
        run()
        assert numbers(server) == [2, 2]
        assert len({headers["webhook-id"] for headers, _body in server.got}) == 1
        old = made.secret
        again = {"action": "renew_secret", "_selected_action": [made.pk]}
        page = admin_client.post("/admin/webhooks/endpoint/", again).content.decode()
        assert Endpoint.objects.get().secret in page and Endpoint.objects.get().secret != old
        admin_client.post(f"/admin/webhooks/endpoint/{made.pk}/delete/", {"post": "yes"})
        assert not Endpoint.objects.exists() and not Delivery.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["", "ftp://example.org", "https://", "https://a:b@example.org", "https://example.org:x", "https://é.org", "https://a b"],
)
def test_what_is_no_url_is_refused(admin_client: Client, url: str) -> None:
    answer = admin_client.post("/admin/webhooks/endpoint/add/", form(url))
    assert answer.status_code == 200 and not Endpoint.objects.exists()


def test_a_disabled_endpoint_that_is_enabled_again_gets_what_waits(admin_client: Client, room: Room) -> None:
    with receiving() as server:
        made, _secret = endpoint(server.url)
        emit(STARTED, room.pk, meeting=1)
        work_off(FOLLOW.job)
        Endpoint.objects.update(enabled=False)
        run()
        assert not server.got
        admin_client.post(f"/admin/webhooks/endpoint/{made.pk}/change/", form(server.url))
        run()
        assert numbers(server) == [1]
