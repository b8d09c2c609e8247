from __future__ import annotations

from django.test import Client

from accounts.models import User
from rooms import history
from tests.rooms.conftest import Enter, names
from tests.rooms.scenes import make_room


def test_a_changed_name_reaches_the_meeting(alice: User, bob: User, bobs: Client, enter: Enter) -> None:
    room = make_room(alice, member=bob)
    participant = enter(room, "Bob", f"user:{bob.pk}")
    enter(room, "Carol", "guest:c")
    history.joined(str(room.pk), participant, f"user:{bob.pk}", "Bob", "member")
    bobs.post("/profile", {"display_name": "Robert", "time_zone": "UTC"})
    assert names(room.pk) == ["Robert", "Carol"]
