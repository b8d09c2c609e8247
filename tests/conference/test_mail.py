from __future__ import annotations

import pytest

from conference import mail


def test_mail_is_printed_when_nothing_is_said() -> None:
    assert mail.settings("") == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


def test_smtp_starts_tls_and_unquotes() -> None:
    settings = mail.settings("smtp://alice%40example.org:p%3Aw@mail.example.org")
    assert settings["EMAIL_HOST_USER"] == "alice@example.org"
    assert settings["EMAIL_HOST_PASSWORD"] == "p:w"
    assert (settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (587, True, False)


def test_smtps_is_tls_from_the_first_byte() -> None:
    settings = mail.settings("smtps://mail.example.org")
    assert (settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (465, False, True)


def test_a_relay_next_door_may_do_without() -> None:
    settings = mail.settings("smtp://localhost:25?starttls=no")
    assert (settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (25, False, False)


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://a?tls=maybe"])
def test_another_form_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        mail.settings(url)
