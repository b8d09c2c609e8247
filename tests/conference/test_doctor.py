"""The doctor with a real Redis, coturn, server and mail server, and without them."""

from __future__ import annotations

import hashlib
import re
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from conference import turn
from conference.examination import _clock
from conference.kinds import KINDS
from conference.turn import Unhelpful, Url
from jobs import queue
from jobs.models import Job
from signaling import ice
from tests.browser import deployment as deploying
from tests.browser.servers import Server, coturn, daphne
from tests.forwarder import certificate
from tests.mail_server import mail_server
from tests.redis_server import free_port, running_redis
from tests.redis_server import redis_url as redis_url

SECRET = "north"


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With a certificate for ``localhost`` that is trusted."""
    directory = tmp_path_factory.mktemp("coturn")
    kept, key = certificate(directory)
    with coturn(directory, SECRET, f"cert={kept}", f"pkey={key}") as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(kept))
        yield server


@pytest.fixture(scope="module")
def front(
    tmp_path_factory: pytest.TempPathFactory, static: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Server]:
    directory, port = tmp_path_factory.mktemp("front"), free_port()
    with django_db_blocker.unblock(), deploying.database(directory) as database:
        environment = {
            "DJANGO_SETTINGS_MODULE": "conference.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "ORIGINS": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{database}",
            "STATIC_ROOT": str(static),
            "VAR_DIR": str(directory),
        }
        with daphne("conference.asgi:application", port, directory / "server.log", environment) as server:
            server.wait()
            yield server


def doctor(*arguments: str) -> tuple[list[str], int]:
    out, code = StringIO(), 0
    try:
        call_command("doctor", *arguments, stdout=out, no_color=True)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue().splitlines(), code


def test_all_is_well(db: None, redis_url: str, relay: Server, front: Server) -> None:
    queue.plan(KINDS)
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [redis_url]}}
    urls = [f"turn:127.0.0.1:{relay.port}?transport={transport}" for transport in ("udp", "tcp")]
    urls.append(f"turns:localhost:{relay.port}?transport=tcp")
    stun = [f"stun:127.0.0.1:{relay.port}"]
    with mail_server() as (port, got), override_settings(**by_smtp(port)):
        with override_settings(
            REDIS_URL=redis_url,
            EMBEDDED=False,
            CHANNEL_LAYERS={"default": layer},
            STUN_URLS=stun,
            TURN_URLS=urls,
            TURN_SECRET=SECRET,
            ORIGINS=[front.origin],
        ):
            lines, code = doctor()
        assert not got
    assert code == 0, lines
    assert [line[:4] for line in lines] == [" ok "] * len(lines)
    assert [line[5:].partition(": ")[0] for line in lines] == [
        "database",
        "redis",
        "clock",
        "channel layer",
        *stun,
        *urls,
        "jobs",
        "mail",
        *(f"{part} {front.origin}" for part in ("page at", "visitors of", "log-in at", "socket at")),
        "settings",
    ]
    assert all("relays to itself" in line for line in lines if "turn" in line.partition(": ")[0])


def test_what_is_wrong_is_named(db: None, relay: Server) -> None:
    nowhere = free_port()
    origin = f"https://localhost:{nowhere}"
    with override_settings(
        REDIS_URL=f"redis://127.0.0.1:{nowhere}/0",
        EMBEDDED=False,
        ORIGINS=[origin],
        TURN_URLS=[f"turn:127.0.0.1:{relay.port}"],
        TURN_SECRET="south",
        **by_smtp(nowhere),
    ):
        lines, code = doctor()
    assert code == 1
    failed = {line[5:].partition(": ")[0]: line for line in lines if line.startswith("FAIL")}
    assert set(failed) == {
        "redis",
        "jobs",
        "mail",
        f"turn:127.0.0.1:{relay.port}",
        f"certificate of {origin}",
        f"page at {origin}",
    }
    assert "401" in failed[f"turn:127.0.0.1:{relay.port}"]
    assert "TURN_SECRET" in failed[f"turn:127.0.0.1:{relay.port}"]
    assert "EMAIL_URL" in failed["mail"]


def jobs_line() -> str:
    with override_settings(ORIGINS=[], TURN_URLS=[], STUN_URLS=[]):
        lines, _ = doctor()
    return next(line for line in lines if line[5:].startswith("jobs: "))


def test_whether_anybody_does_the_jobs_is_said(db: None) -> None:
    with override_settings(EMBEDDED=False, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"):
        assert jobs_line() == "FAIL jobs: were never done: no mail is sent. Is manage.py run_jobs running?"
    queue.plan(KINDS)
    assert jobs_line() == " ok  jobs: are done"
    Job.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    assert re.fullmatch(r"FAIL jobs: have waited for 12\d s: mail is late. Is the server running\?", jobs_line())
    Job.objects.update(due_at=timezone.now() + timedelta(minutes=2))
    Job.objects.create(kind="accounts.mail", status="refused")
    assert jobs_line() == " ok  jobs: are done. 1 of the last 14 days failed: see Jobs in the admin"


def test_a_sentence_ends_once(db: None) -> None:
    with override_settings(HTTPS=True, ORIGINS=[], EMAIL_URL="", TURN_URLS=[], STUN_URLS=[]):
        lines, _ = doctor()
    assert "FAIL settings: EMAIL_URL is empty: mail is printed and not sent. conference.W005" in lines


def test_a_node_of_a_redis_cluster_is_refused(db: None) -> None:
    # Its other port is by default 10,000 higher, which may be none.
    options = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with running_redis(*options) as server, override_settings(REDIS_URL=server.url, EMBEDDED=False):
        lines, code = doctor()
    assert code == 1
    assert [line for line in lines if "Redis Cluster, which is not supported" in line and line.startswith("FAIL")]


@pytest.mark.parametrize(
    ("command", "said"),
    [(("CONFIG", "SET", "maxmemory", "1"), "maxmemory"), (("REPLICAOF", "127.0.0.1", "1"), "read only replica")],
)
def test_a_redis_that_takes_no_data_is_refused(db: None, command: tuple[str, ...], said: str) -> None:
    with running_redis() as server, override_settings(REDIS_URL=server.url, EMBEDDED=False):
        server.command(*command)
        lines, code = doctor()
    assert code == 1
    assert [line for line in lines if line.startswith("FAIL redis") and said in line]


def test_a_relay_that_refuses_its_own_address(tmp_path: Path) -> None:
    with coturn(tmp_path, SECRET, "denied-peer-ip=127.0.0.1") as server:
        (credentials,) = ice.servers([], [f"turn:127.0.0.1:{server.port}"], SECRET, "room", "alice", 60, time.time())
        url = Url("turn", "127.0.0.1", server.port, "udp")
        with pytest.raises(Unhelpful, match="relay to relay it refuses: 403"):
            turn.relay(url, str(credentials["username"]), str(credentials["credential"]))


def test_a_mail_is_sent_to_whom_one_names(db: None, front: Server) -> None:
    with mail_server() as (port, got), override_settings(ORIGINS=[front.origin], **by_smtp(port)):
        lines, _ = doctor("--mail", "alice@example.org")
    assert len(got) == 1 and "To: alice@example.org" in got[0]
    assert f" ok  mail: 127.0.0.1:{port} has a mail for alice@example.org" in lines


def test_a_mail_server_that_refuses(db: None, front: Server) -> None:
    with mail_server("550") as (port, got), override_settings(ORIGINS=[front.origin], **by_smtp(port)):
        lines, code = doctor("--mail", "alice@example.org")
    assert code == 1 and not got
    assert [line for line in lines if line.startswith("FAIL mail: ") and "550" in line]


def by_smtp(port: int) -> dict[str, Any]:
    url = f"smtp://127.0.0.1:{port}"
    mail = {"MAIL_TRANSPORT": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
    return {"EMAIL_URL": url, **mail}


def test_clocks_that_differ() -> None:
    assert not _clock(-0.4).advice
    assert "NTP" in _clock(-0.6).advice


def test_nobody_answers() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        with pytest.raises(Unhelpful, match="does not answer"):
            turn.bind(Url("stun", "127.0.0.1", mute.getsockname()[1], "udp"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("stun:a.example", Url("stun", "a.example", 3478, "udp")),
        ("turn:a.example:80?transport=tcp", Url("turn", "a.example", 80, "tcp")),
        ("turns:[2001:db8::1]:443?transport=tcp", Url("turns", "2001:db8::1", 443, "tcp")),
        ("turns:[2001:db8::1]", Url("turns", "2001:db8::1", 5349, "tcp")),
    ],
)
def test_addresses(text: str, url: Url) -> None:
    assert Url.parse(text) == url


@pytest.mark.parametrize("text", ["", "http://a.example", "turn:", "turn:a:b", "turn:a?transport=sctp"])
def test_no_addresses(text: str) -> None:
    with pytest.raises(ValueError):
        Url.parse(text)


def test_a_message_as_the_rfc_signs_it() -> None:
    # RFC 5769, section 2.4: long-term authentication.
    key = hashlib.md5("\u30de\u30c8\u30ea\u30c3\u30af\u30b9:example.org:TheMatrIX".encode()).digest()
    request = turn.encode(
        turn.BINDING,
        bytes.fromhex("78ad3433c6ad72c029da412e"),
        {
            turn.USERNAME: "\u30de\u30c8\u30ea\u30c3\u30af\u30b9".encode(),
            turn.NONCE: b"f//499k954d6OL34oL9FSTvy64sA",
            turn.REALM: b"example.org",
        },
        key,
    )
    assert request[-20:].hex() == "f67024656dd64a3e02b8e0712e85c9a28ca89666"
