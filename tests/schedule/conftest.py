from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from accounts.models import User
from rooms.models import Room
from schedule.models import ScheduledMeeting
from tests.mail_server import mail_server
from tests.rooms.scenes import make_room
from tests.schedule.letters import Received, opened
from tests.schedule.scenes import enter, weekly
from tests.working import work_off


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def lesson(room: Room, alice: User) -> ScheduledMeeting:
    return enter(room, alice, weekly())


@pytest.fixture
def post(settings: Settings, db: None) -> Iterator[Callable[[], list[Received]]]:
    """Sends all mails that are due to a real SMTP server, and returns those that came since."""
    settings.EMAIL_URL = "smtp://127.0.0.1"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as (port, got):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

        def delivered() -> list[Received]:
            work_off()
            letters = sorted(map(opened, got), key=lambda letter: letter.to)
            got.clear()
            return letters

        yield delivered
