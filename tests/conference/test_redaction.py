from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client

from tests.browser.servers import running
from tests.conference.test_boundary import Site
from tests.redis_server import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the handler of the settings writes."""
    handler = next(one for one in logging.getLogger().handlers if one.get_name() == "console")
    assert isinstance(handler, logging.StreamHandler)
    before, filters = handler.setStream(StringIO()), handler.filters
    # New ones of the same kinds: they remember what they have let through.
    handler.filters = [type(one)() for one in filters if isinstance(one, logging.Filter)]
    yield handler.stream
    handler.setStream(before)
    handler.filters = filters


@pytest.mark.parametrize(
    "path",
    [
        "/setup/Abc-1_2",
        "/invitation/MQ:1w:xyz",
        "/invited/MQ:1w:xyz",
        "/feed/MQ:1w:xyz.ics",
        "/notifications/silence/MQ:1w:xyz",
        "/accounts/password/reset/key/1-abc/",
        "/accounts/confirm-email/MQ:1w:xyz/",
    ],
)
def test_a_token_is_in_no_line(log: StringIO, path: str) -> None:
    logging.getLogger("django.request").error("Internal Server Error: %s", path)
    logging.getLogger("django.security.csrf").warning("Forbidden (%s): %s", "CSRF cookie not set.", f"{path}?a=b")
    lines = log.getvalue().splitlines()
    assert len(lines) == 2
    token = path.rstrip("/").rpartition("/")[2]
    assert all(token not in line and line.partition("?")[0].endswith("/…") for line in lines)


def test_a_form_without_its_cookie_writes_no_token(log: StringIO, db: None) -> None:
    Client(enforce_csrf_checks=True).post("/setup/a-token-nobody-may-read")
    assert "Forbidden" in log.getvalue() and "a-token-nobody" not in log.getvalue()


def test_the_image_keeps_no_access_log(tmp_path: Path) -> None:
    found = re.search(r"^CMD (\[.*\])$", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    assert found
    port = free_port()
    program, *arguments = json.loads(found[1])
    assert program == "python"
    environment = {
        "DJANGO_SETTINGS_MODULE": "conference.settings",
        "VAR_DIR": str(tmp_path),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    with running([sys.executable, *arguments], port, tmp_path / "log", environment) as server:
        server.wait()
        for path in ("/setup/a-token-nobody-may-read", "/health/live"):
            Site(server).ask(path)
        assert "a-token-nobody" not in server.log.read_text() and "/health" not in server.log.read_text()
