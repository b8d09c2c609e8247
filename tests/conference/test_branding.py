"""Olga gives the deployment a name, colours and a logo. Every page and mail follows, on each worker."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import outbox
from accounts.models import Mail, User
from conference import branding, png
from conference.branding import Brand
from conference.contrast import ratio
from conference.known import SECONDS, Known
from conference.models import Branding
from conference.unavailable import answer as unavailable
from rooms.models import Room
from tests.accounts.provider import provider
from tests.accounts.test_openid import through
from tests.cast import PASSWORD
from tests.rooms.scenes import make_room
from tests.working import work_off

pytestmark = pytest.mark.django_db

ADD, CHANGE = "/admin/conference/branding/add/", "/admin/conference/branding/1/change/"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Known[Brand]:
    """What a process knows that has just started."""
    fresh = Known(Brand(), branding.stored, lambda: 0.0)
    monkeypatch.setattr(branding, "known", fresh)
    return fresh


@pytest.fixture
def olgas(alice: User, alices: Client) -> Client:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    return alices


def part(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def picture(width: int = 1, height: int = 1, *more: bytes) -> bytes:
    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x00\x00\x00\x00"
    rest = (*more, part(b"IDAT", zlib.compress(b"\x00" * (width + 1) * height)), part(b"IEND", b""))
    return png.SIGNATURE + part(b"IHDR", header) + b"".join(rest)


def fill(client: Client, address: str = ADD, logo: bytes = b"", **fields: str) -> Any:
    upload = {"upload": SimpleUploadedFile("logo.png", logo)} if logo else {}
    return client.post(address, {"name": "Acme Meet", **fields, **upload})


def errors(answer: Any) -> set[str]:
    assert answer.status_code == 200
    return set(answer.context["adminform"].errors)


def test_every_page_follows(olgas: Client, client: Client) -> None:
    links = {"imprint": "https://acme.example/imprint", "privacy": "https://acme.example/privacy"}
    assert fill(olgas, logo=picture(), light="#7a1fa2", welcome="<b>Hello</b> from Acme", **links).status_code == 302
    row, room = Branding.objects.get(), make_room()
    assert isinstance(room, Room)
    for address in ("/", "/accounts/login/", f"/{room.slug}", "/nothing/like/it"):
        content = client.get(address).content.decode()
        assert "Acme Meet" in content and "Conference" not in content.replace("conference", ""), address
        assert all(link in content for link in links.values())
        assert f'src="/brand/{branding.digest(bytes(row.logo))}.png"' in content
        assert 'rel="stylesheet" href="/brand/' in content
    assert "&lt;b&gt;Hello&lt;/b&gt; from Acme" in client.get("/").content.decode()
    assert "Acme Meet administration" in olgas.get("/admin/").content.decode()


def test_style_and_logo_are_kept_by_browsers_and_harmless(olgas: Client, client: Client, known: Known[Brand]) -> None:
    fill(olgas, logo=picture(), dark="#ffcc00")
    style = client.get(f"/brand/{known.get().style_hash}.css")
    assert style["Content-Type"] == "text/css; charset=utf-8" and b"light-dark(#00706a,#ffcc00)" in style.content
    logo = client.get(f"/brand/{known.get().logo_hash}.png")
    assert logo["Content-Type"] == "image/png" and logo.content == picture()
    for answer in (style, logo):
        assert "immutable" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff" and answer["ETag"]
    assert "sandbox" in logo["Content-Security-Policy"]
    assert client.get("/brand/0123456789abcdef.png").status_code == client.get("/brand/x.css").status_code == 404


@pytest.mark.parametrize(
    "logo",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a",
        picture()[:-4],
        picture()[:-20] + b"x" * 20,
        picture(1025, 1),
        png.SIGNATURE,
        png.SIGNATURE + part(b"IEND", b""),
        b"\x89PNG" + b"x" * 70_000,
    ],
)
def test_other_logos_are_refused(olgas: Client, logo: bytes) -> None:
    assert errors(fill(olgas, logo=logo)) == {"upload"}
    assert not Branding.objects.exists()


def test_of_a_logo_only_the_picture_is_kept(olgas: Client) -> None:
    fill(olgas, logo=picture(1, 1, part(b"tEXt", b"Author\x00Mallory")) + b"<script>")
    assert bytes(Branding.objects.get().logo) == picture()
    fill(olgas, CHANGE)
    assert bytes(Branding.objects.get().logo) == picture()
    fill(olgas, CHANGE, without_logo="on")
    assert bytes(Branding.objects.get().logo) == b""


@pytest.mark.parametrize(
    ("field", "value"),
    [("light", "#999999"), ("dark", "#444444"), ("light", "red"), ("dark", "#fff}body{}"), ("imprint", "javascript:alert(1)")],
)
def test_what_nobody_could_read_or_follow_is_refused(olgas: Client, field: str, value: str) -> None:
    assert errors(olgas.post(ADD, {"name": "Acme Meet", field: value})) == {field}


def test_contrast_is_that_of_wcag() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_another_worker_follows_within_seconds(olgas: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = [0.0]
    other = Known(Brand(), branding.stored, lambda: now[0])
    assert other.get() == Brand()
    fill(olgas)
    with django_assert_num_queries(0):
        assert other.get() == Brand()
    now[0] = SECONDS
    assert other.get().own_name == "Acme Meet"
    fill(olgas, CHANGE, name="Acme")
    now[0] *= 2
    assert other.get().own_name == "Acme"
    now[0] *= 2
    with django_assert_num_queries(1):
        assert other.get().own_name == "Acme"


def test_what_was_known_stays_while_the_database_is_away() -> None:
    answers: Iterator[Brand | None] = iter([Brand(1, "Acme Meet")])

    def read(brand: Brand) -> Brand | None:
        for answer in answers:
            return answer
        raise DatabaseError("away")

    known = Known(Brand(), read, lambda: 0.0)
    assert known.get().name == known.refresh().name == "Acme Meet"


def test_mails_come_from_it(olgas: Client) -> None:
    fill(olgas, light="#7a1fa2")
    outbox.put("bob@example.org", "Hello", "Text")
    assert "#7a1fa2" in render_to_string("schedule/mail/reminder.html", {"language": "en"})
    assert outbox._signed(outbox.Letter("bob@example.org", "Hello", "Text")).sender == "Acme Meet <conference@localhost>"
    assert Mail.objects.count() == 1 and not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_mails_of_accounts_name_it(olgas: Client, client: Client, bob: User) -> None:
    fill(olgas)
    for email in (bob.email, "nobody@example.org"):
        client.post("/accounts/password/reset/", {"email": email})
    work_off(outbox.SEND)
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert letter.body.startswith("Hello from Acme Meet!") and letter.body.rstrip().endswith("Acme Meet\nhttp://testserver/")


def test_authenticator_apps_and_passkeys_name_it(olgas: Client, bobs: Client) -> None:
    fill(olgas)
    bobs.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "issuer=Acme%20Meet" in bobs.get("/accounts/2fa/totp/activate/").context["totp_url"]
    assert "Acme Meet" in json.dumps(bobs.get("/accounts/2fa/webauthn/add/").context["js_data"])


def test_whoever_comes_from_a_provider_reads_where_they_sign_up(olgas: Client, client: Client) -> None:
    fill(olgas)
    with provider(sub="1", email="", name="Bob") as server:
        through(client, server)
    assert "You sign in to Acme Meet with your account at Example." in client.get("/accounts/3rdparty/signup/").content.decode()


async def test_whoever_has_to_wait_reads_it_without_the_database(known: Known[Brand]) -> None:
    known.put(Brand(own_name="Acme Meet"))
    assert b"<title>Busy at the moment \xc2\xb7 Acme Meet</title>" in unavailable("/").content


def test_there_is_one_row_and_it_stays(olgas: Client) -> None:
    fill(olgas)
    assert olgas.get(ADD).status_code == 403
    assert olgas.post("/admin/conference/branding/1/delete/", {"post": "yes"}).status_code == 403
    assert Branding.objects.get().version == 1


def test_whoever_may_not_change_it_does_not(bob: User, bobs: Client) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    bob.user_permissions.add(Permission.objects.get(codename="view_branding"))
    assert fill(bobs).status_code == 403
    bob.user_permissions.add(Permission.objects.get(codename="add_branding"))
    assert fill(bobs).status_code == 302
