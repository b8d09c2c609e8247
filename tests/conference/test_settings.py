"""Settings are read once per process, so each of these starts one."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "ORIGINS": "https://meet.example.org",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgres://conference:secret@database/conference",
    "REDIS_URL": "redis://redis:6379/0",
    "TURN_URLS": "turn:meet.example.org:3478?transport=udp",
    "TURN_SECRET": "secret",
    "CLIENT_IP_HEADER": "X-Real-IP",
    "EMAIL_URL": "smtp://mail.example.org",
    "SIGNUP": "invitation",
}
READ = """
import json, sys
from django.conf import settings
json.dump({name: getattr(settings, name) for name in sys.argv[1:]}, sys.stdout, default=str)
"""


WRITE = """
import os, django
os.umask(0)
django.setup()
from django.db import connection
connection.cursor().execute("CREATE TABLE t (a)")
os._exit(0)
"""


def python(tmp_path: Path, variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "conference.settings"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment | variables, capture_output=True, text=True, timeout=200
    )


def read(tmp_path: Path, variables: dict[str, str], *names: str) -> dict[str, Any]:
    done = python(tmp_path, variables, "-c", READ, *names)
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def test_nothing_set_is_a_server_for_this_machine(tmp_path: Path) -> None:
    values = read(tmp_path, {}, "ORIGINS", "ALLOWED_HOSTS", "EMBEDDED", "DEBUG", "SECRET_KEY", "SESSION_COOKIE_NAME", "SIGNUP")
    assert values["ORIGINS"] == ["http://localhost:8000", "http://127.0.0.1:8000"]
    assert values["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1"]
    assert (values["EMBEDDED"], values["DEBUG"], values["SIGNUP"]) == (True, False, "open")
    assert values["SESSION_COOKIE_NAME"] == "login"
    assert len(values["SECRET_KEY"]) == 50


def test_the_secret_key_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = read(tmp_path, {}, "SECRET_KEY")
    assert read(tmp_path, {}, "SECRET_KEY") == first
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_the_database_of_this_machine_is_for_the_owner_only(tmp_path: Path) -> None:
    var = tmp_path / "var"
    done = python(tmp_path, {}, "-c", WRITE)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    files = list(var.glob("conference.sqlite3*"))
    assert {file.name for file in files} >= {"conference.sqlite3", "conference.sqlite3-wal"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_https_hardens_cookies_and_transport(tmp_path: Path) -> None:
    values = read(
        tmp_path,
        PRODUCTION,
        *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE"),
        *("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "EMBEDDED", "CSRF_TRUSTED_ORIGINS", "CONTENT_SECURITY_POLICY"),
    )
    assert (values["SESSION_COOKIE_NAME"], values["CSRF_COOKIE_NAME"]) == ("__Host-login", "__Host-csrf")
    assert values["SESSION_COOKIE_SECURE"] and values["CSRF_COOKIE_SECURE"] and values["SECURE_SSL_REDIRECT"]
    assert values["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert values["EMBEDDED"] is False
    assert values["CSRF_TRUSTED_ORIGINS"] == ["https://meet.example.org"]
    assert "wss://meet.example.org" in values["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["connect-src"]


def test_a_database_that_does_not_answer_is_not_waited_for_long(tmp_path: Path) -> None:
    def seconds(url: str) -> Any:
        return read(tmp_path, PRODUCTION | {"DATABASE_URL": url}, "DATABASES")["DATABASES"]["default"]["OPTIONS"][
            "connect_timeout"
        ]

    url = PRODUCTION["DATABASE_URL"]
    assert [int(seconds(one)) for one in (url, f"{url}?connect_timeout=9")] == [5, 9]


def test_a_provider_may_receive_the_form_that_leads_to_it(tmp_path: Path) -> None:
    oidc = {"OIDC_SERVER_URL": "https://id.example.org/realms/a", "OIDC_CLIENT_ID": "conference", "OIDC_CLIENT_SECRET": "s"}
    values = read(tmp_path, PRODUCTION | oidc, "CONTENT_SECURITY_POLICY", "INSTALLED_APPS")
    assert values["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == ["'self'", "https://id.example.org"]
    assert "allauth.socialaccount.providers.openid_connect" in values["INSTALLED_APPS"]


def test_a_production_environment_passes_every_check(tmp_path: Path) -> None:
    done = python(tmp_path, PRODUCTION, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "" and "no issues" in done.stdout


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"PORT": "many"}, "PORT must be a whole number"),
        ({"ORIGINS": "meet.example.org"}, "ORIGINS: 'meet.example.org' is not an origin"),
        ({"DATABASE_URL": "sqlite:////nowhere/file"}, "DATABASE_URL: No such file or directory: /nowhere/file"),
        ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL: not of the form"),
        ({"SIGNUP": "maybe"}, "SIGNUP must be one of open, invitation, closed"),
        ({"TURN_SECRET_FILE": "/nowhere"}, "TURN_SECRET_FILE cannot be read"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_variable(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    done = python(tmp_path, variables, "manage.py", "check")
    assert done.returncode == 1
    assert done.stderr.startswith(said) and done.stderr.count("\n") == 1


def test_every_variable_is_documented() -> None:
    source = (ROOT / "conference" / "settings.py").read_text()
    document = (ROOT / "docs" / "configuration.md").read_text()
    read_in_source = set(re.findall(r'env\.\w+\("(\w+)"', source))
    assert set(re.findall(r"^\| `(\w+)`", document, re.MULTILINE)) == read_in_source
    secrets = set(re.findall(r'env\.secret\("(\w+)"', source))
    assert set(re.findall(r"^\| `(\w+)` \*secret\*", document, re.MULTILINE)) == secrets


def test_the_document_has_the_headings_of_the_settings() -> None:
    source = (ROOT / "conference" / "settings.py").read_text()
    document = (ROOT / "docs" / "configuration.md").read_text()
    *groups, rest = re.findall(r"\n\n# (.+)\n\n", source)
    assert rest == "The rest is not configurable"
    assert re.findall(r"^## (.+)$", document, re.MULTILINE)[: len(groups)] == groups
