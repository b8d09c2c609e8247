"""A mail is in the language of its recipient's account. Without one, it is in that of the page from which it is sent.

Alice's server has English and German. Bob has an account, Carol has none.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import languages
from accounts.models import User
from events.models import Event
from events.outbox import emit
from rooms.models import Room
from schedule import notices, reports
from schedule.models import Invitee
from tests.cast import PASSWORD
from tests.catalogs import Messages, german
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, soon
from tests.webhooks.test_deliveries import endpoint, receiving
from tests.working import work_off
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db

GERMAN: Messages = {
    "Invitation: “%(title)s”, %(when)s": "Einladung: „%(title)s“, %(when)s",
    "Cancelled: “%(title)s”, %(when)s": "Abgesagt: „%(title)s“, %(when)s",
    "Reminder: “%(title)s”, %(when)s": "Erinnerung: „%(title)s“, %(when)s",
    "Summary: “%(title)s”, %(when)s": "Bericht: „%(title)s“, %(when)s",
    "Invitation to a meeting on %(host)s": "Einladung zu einem Treffen auf %(host)s",
    "A webhook endpoint was disabled": "Ein Webhook ist abgeschaltet",
    "Password Reset Email": "Neues Passwort",
}
#: The language of Alice's page and of Bob's account, and in which Bob and Carol get mail.
TABLE = [("en", "de", "de", "en"), ("de", "en", "en", "de"), ("de", "", "de", "de"), ("de", "tlh", "de", "de")]
IDS = ["english-page", "german-page", "bob-has-not-signed-in", "a-language-of-former-times"]


@pytest.fixture(autouse=True)
def _server(settings: Settings, tmp_path: Path) -> None:
    german(tmp_path, "django", GERMAN)
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    settings.LOCALE_PATHS = [tmp_path]
    settings.EMAIL_URL = "smtp://mail.example.org"


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice)


def speaks(user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


def subjects() -> dict[str, str]:
    """The first word of what everybody has got since, by name."""
    work_off()
    found = {message.to[0].partition("@")[0]: str(message.subject).split()[0].strip(":") for message in mail.outbox}
    mail.outbox.clear()
    return found


def test_an_account_keeps_the_language_of_the_last_sign_in(bob: User) -> None:
    for language in ("de", "en"):
        Client(headers={"accept-language": language}).post("/accounts/login/", {"login": bob.email, "password": PASSWORD})
        bob.refresh_from_db()
        assert languages.of(bob) == languages.at("bob@example.org") == language


def test_an_address_that_nobody_has_verified_says_no_language(bob: User) -> None:
    speaks(bob, "de")
    EmailAddress.objects.filter(user=bob).update(verified=False)
    assert languages.at("bob@example.org") == languages.at("carol@example.org") == ""


@pytest.mark.parametrize(("page", "account", "bobs", "carols"), TABLE, ids=IDS)
def test_invitations_and_cancellations(
    room: Room, alice: User, bob: User, page: str, account: str, bobs: str, carols: str
) -> None:
    alices = Client(headers={"accept-language": page})
    alices.force_login(alice)
    speaks(bob, account)
    lesson = enter(room, alice, soon(90))
    path = f"/{room.slug}/schedule/{lesson.pk}"
    alices.post(f"{path}/invitees", {"addresses": "bob@example.org, carol@example.org"})
    words = {"en": "Invitation", "de": "Einladung"}
    assert subjects() == {"bob": words[bobs], "carol": words[carols]}
    for name in ("bob", "carol"):
        alices.post(f"/{room.slug}/invite", {"email": f"{name}@example.org"})
    assert subjects() == {"bob": words[bobs], "carol": words[carols]}
    alices.post(f"{path}/cancel", {"scope": "all"})
    words = {"en": "Cancelled", "de": "Abgesagt"}
    assert subjects() == {"bob": words[bobs], "carol": words[carols]}


@pytest.mark.parametrize(("page", "account", "bobs", "carols"), TABLE, ids=IDS)
def test_reminders(room: Room, alice: User, bob: User, page: str, account: str, bobs: str, carols: str) -> None:
    speaks(bob, account)
    speaks(alice, "de")
    lesson = enter(room, alice, soon(90))
    bob_invited = Invitee.objects.create(scheduled=lesson, email="bob@example.org", user=bob, language=page)
    carol_invited = Invitee.objects.create(scheduled=lesson, email="carol@example.org", language=page)
    people: list[Invitee | User] = [bob_invited, carol_invited, alice]
    letters = [notices.reminder(lesson.occurrences.get(), whom, "<1@example.org>") for whom in people]
    words = {"en": "Reminder:", "de": "Erinnerung:"}
    assert [letter.subject.split()[0] for letter in letters] == [words[bobs], words[carols], words["de"]]
    assert f'<html lang="{bobs}">' in letters[0].html


def test_summaries(room: Room, alice: User) -> None:
    date = enter(room, alice, soon(-50)).occurrences.get()
    reported = reports.of_date(date, [], timezone.now())
    for language, word in (("", "Summary:"), ("de", "Bericht:")):
        speaks(alice, language)
        assert notices.summary(room, reported, alice, "<1@example.org>").subject.split()[0] == word


def test_a_new_password_that_somebody_else_asks_for(bob: User) -> None:
    """Mallory's pages are English."""
    speaks(bob, "de")
    Client(headers={"accept-language": "en"}).post("/accounts/password/reset/", {"email": "bob@example.org"})
    assert subjects() == {"bob": "Neues"}


def test_an_endpoint_that_is_disabled(room: Room, alice: User) -> None:
    speaks(alice, "de")
    with receiving(mode="bad") as server:
        endpoint(server.url, alice)
        Endpoint.objects.update(failing_since=Now() - timedelta(days=3, minutes=1))
        emit(Event.Kind.STARTED, room.pk, meeting=1)
        assert subjects() == {"alice": "Ein"}
