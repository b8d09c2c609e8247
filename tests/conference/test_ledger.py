"""Who used the relay, and how much: added up from what coturn says, kept as long as attendance, shown to administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import personal
from accounts.models import User
from conference import cleaning, ledger
from conference.ledger import Ledger
from conference.models import RelayUse
from conference.relay_events import Allocation, Event
from rooms import history
from rooms.models import Room
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

LIST = "/admin/conference/relayuse/"


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    """In which Alice and Bob are."""
    room = make_room(alice, host=bob, name="Weekly")
    for participant, user in (("pa", alice), ("pb", bob)):
        history.joined(str(room.pk), participant, f"user:{user.pk}", str(user), "host")
    return room


@pytest.fixture
def olgas(carol: User, carols: Client) -> Client:
    User.objects.filter(pk=carol.pk).update(is_staff=True, is_superuser=True)
    return carols


def event(room: Room, received: int, sent: int, *, participant: str = "pb", name: str = "1/1", total: bool = False) -> Event:
    return Event(Allocation(room.pk, participant, name), received, sent, total)


def uses() -> list[tuple[str, int, int]]:
    return [*RelayUse.objects.order_by("pk").values_list("participant", "received", "sent")]


def told(book: Ledger, *events: Event) -> None:
    for one in events:
        book.note(one)
    book.write()


def test_what_is_said_is_added_up(room: Room) -> None:
    book = Ledger()
    told(book, event(room, 0, 0), event(room, 10, 1), event(room, 5, 2, participant="pa"))
    told(book, event(room, 10, 1))
    assert uses() == [("pa", 5, 2), ("pb", 20, 2)]
    told(book, event(room, 25, 3, total=True), event(room, 1, 1))
    assert uses() == [("pa", 5, 2), ("pb", 25, 3)]


def test_two_who_read_the_same_count_it_once(room: Room) -> None:
    one, other = Ledger(), Ledger()
    told(one, event(room, 0, 0), event(room, 10, 1))
    told(other, event(room, 10, 1))
    assert uses() == [("pb", 10, 1)]


def test_whoever_starts_in_the_middle_takes_nothing_away(room: Room) -> None:
    told(Ledger(), event(room, 100, 50))
    late = Ledger()
    told(late, event(room, 30, 80))
    assert uses() == [("pb", 100, 80)]
    told(late, event(room, 140, 130, total=True))
    assert uses() == [("pb", 140, 130)]


def test_what_could_not_be_written_is_written_later(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError

    book = Ledger()
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_write", away)
        with pytest.raises(OperationalError):
            told(book, event(room, 10, 1))
    told(book, event(room, 10, 1))
    assert uses() == [("pb", 20, 2)]


def test_memory_is_bounded(room: Room) -> None:
    book = Ledger(most=10)
    told(book, *[event(room, 1, 1, name=f"1/{number}") for number in range(50)])
    assert len(uses()) == len(book._tallies) == 10
    told(book, *[event(room, 1, 1, name=f"1/{number}", total=True) for number in range(40, 50)])
    assert not book._tallies


def test_a_room_that_is_gone_and_numbers_without_bounds_do_no_harm(room: Room) -> None:
    gone = Event(Allocation(10**17, "pb", "1/1"), 1, 1, False)
    told(Ledger(), gone, *[event(room, 10**18 - 1, 1)] * 20)
    assert uses() == [("pb", ledger.MOST_BYTES, 20)]
    room.delete()
    assert uses() == []


def test_it_is_kept_as_long_as_attendance(room: Room, settings: Any) -> None:
    settings.ATTENDANCE_DAYS = 30
    told(Ledger(), event(room, 1, 1), event(room, 1, 1, name="1/2"))
    RelayUse.objects.filter(allocation="1/2").update(seen_at=timezone.now() - timedelta(days=31))
    cleaning.clean(timezone.now())
    assert [*RelayUse.objects.values_list("allocation", flat=True)] == ["1/1"]


def test_bob_sees_what_is_kept_of_him(room: Room, bob: User, alice: User) -> None:
    told(Ledger(), event(room, 10, 1), event(room, 5, 5, participant="pa"))
    [part] = [part for part in personal.recall(bob) if part.name == "relay"]
    assert [(row["room_name"], row["received"], row["sent"]) for row in part.rows] == [("Weekly", 10, 1)]
    history.left(str(room.pk), "pa", "left")
    history.left(str(room.pk), "pb", "left")
    personal.forget(bob, bob)
    assert not [part for part in personal.recall(bob) if part.name == "relay"]
    assert len(uses()) == 2


def most(client: Client) -> Any:
    return client.get(LIST).context["people"]


def test_administrators_see_rooms_people_and_totals(olgas: Client, room: Room, settings: Any) -> None:
    told(Ledger(), event(room, 2048, 1024), event(room, 1024, 0, name="1/2"), event(room, 5, 5, participant="pa"))
    page = olgas.get(LIST).content.decode()
    assert "Weekly" in page and "Bob" in page and "3 allocations, 3.0\xa0KB from people, 1.0\xa0KB to people." in page
    assert "bytes are not known" in page
    assert [(one["name"], one["allocations"], one["received"]) for one in most(olgas)] == [("Bob", 2, 3072), ("Alice", 1, 5)]
    settings.RELAY_STATISTICS_URL = "redis://statistics"
    assert "bytes are not known" not in olgas.get(LIST).content.decode()
    assert "0 allocations" in olgas.get(f"{LIST}?q=nowhere").content.decode()
    chosen = [*RelayUse.objects.values_list("pk", flat=True)]
    answer = olgas.post(LIST, {"action": "export", "_selected_action": chosen})
    lines = b"".join(answer).decode().splitlines()
    assert [line.split(",")[3:] for line in lines[1:]] == [["pa", "Alice", "1", "5", "5"], ["pb", "Bob", "2", "3072", "1024"]]


def test_whoever_is_no_administrator_does_not(bobs: Client, bob: User, room: Room) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert bobs.get(LIST).status_code == 403
