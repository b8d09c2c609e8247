from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, DurationField, F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from accounts.prepared import Each, Keys, Prepared
from rooms.models import Membership, Room
from tests.rooms.scenes import make_room


def _owned(user: Any) -> QuerySet[Any]:
    return Room.objects.owned_by(user).order_by("name")


@pytest.mark.django_db
def test_each_call_has_its_own_values(alice: User, bob: User) -> None:
    made: list[object] = []

    def build(user: Any) -> QuerySet[Any]:
        made.append(user)
        return _owned(user)

    rooms = Prepared(build, user=BigIntegerField())
    make_room(alice, name="Hers")
    assert rooms(user=bob.pk) == []
    make_room(bob, name="His")
    assert [[room.name for room in rooms(user=user.pk)] for user in (alice, bob, alice)] == [["Hers"], ["His"], ["Hers"]]
    assert len(made) == 1


@pytest.mark.django_db
def test_rows_are_those_of_the_query_itself(alice: User, bob: User) -> None:
    make_room(alice, member=bob)
    belonging = Prepared(lambda user: Membership.objects.filter(user=user).select_related("room"), user=BigIntegerField())
    names = Prepared(lambda user: _owned(user).values_list("name", F("capacity") + 1), user=BigIntegerField())
    [membership] = belonging(user=bob.pk)
    assert (membership.role, membership.room.name, _owned(alice.pk).get().role) == ("member", "Weekly", "owner")
    assert names(user=alice.pk) == list(_owned(alice.pk).values_list("name", F("capacity") + 1))
    assert [room.role for room in Prepared(_owned, user=BigIntegerField())(user=alice.pk)] == ["owner"]


@pytest.mark.django_db
def test_moments_and_lengths_of_time_are_values_too(alice: User) -> None:
    room = make_room(alice)
    since = Prepared(lambda moment: Room.objects.filter(created_at__gte=moment), moment=DateTimeField())
    within = Prepared(lambda length: Room.objects.filter(created_at__gt=Now() - length), length=DurationField())
    hour, now = timedelta(hours=1), timezone.now()
    assert (since(moment=now - hour), since(moment=now + hour)) == ([room], [])
    assert (within(length=hour), within(length=-hour)) == ([room], [])


@pytest.mark.django_db
def test_a_list_of_keys_is_a_value_too(alice: User) -> None:
    rooms = Prepared(lambda keys: Room.objects.filter(pk__in=Each(keys)).order_by("pk"), keys=Keys())
    hers = [make_room(alice) for _ in range(3)]
    assert rooms(keys=[]) == []
    assert rooms(keys=[hers[2].pk, hers[0].pk, 2**62]) == [hers[0], hers[2]]
    assert rooms(keys=[room.pk for room in hers]) == hers


@pytest.mark.django_db
def test_a_value_is_no_sql(alice: User) -> None:
    room = make_room(alice, name="' OR 1=1 --%s")
    named = Prepared(lambda name: Room.objects.filter(name=name), name=CharField())
    make_room(alice, name="Other")
    assert named(name="' OR 1=1 --%s") == [room]
    assert named(name="' OR 1=1 --") == []


@pytest.mark.django_db
def test_no_value_of_the_first_call_is_kept(alice: User) -> None:
    class Name(str):
        """A text that can be referred to weakly."""

    named = Prepared(lambda name: Room.objects.filter(name=name), name=CharField())
    name = Name("Weekly")
    kept = weakref.ref(name)
    assert named(name=name) == []
    del name
    gc.collect()
    assert kept() is None


@pytest.mark.django_db
def test_a_value_that_is_missing_is_an_error(alice: User) -> None:
    with pytest.raises(KeyError):
        Prepared(_owned, user=BigIntegerField())()


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_mix_their_values(alice: User, bob: User) -> None:
    rooms = Prepared(_owned, user=BigIntegerField())
    expected = {alice.pk: "Hers", bob.pk: "His"}
    make_room(alice, name="Hers")
    make_room(bob, name="His")

    def ask(number: int) -> bool:
        user = (alice.pk, bob.pk)[number % 2]
        try:
            return [room.name for room in rooms(user=user)] == [expected[user]]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(80)))


@pytest.mark.django_db(transaction=True)
def test_a_statement_is_made_anew_when_a_migration_has_changed_its_columns(alice: User) -> None:
    rooms = Prepared(_owned, user=BigIntegerField())
    room = make_room(alice)
    assert rooms(user=alice.pk) == [room]
    before: Any = Room._meta.get_field("name")
    after = copy(before)
    after.max_length = before.max_length + 1
    try:
        _alter(before, after)
        assert rooms(user=alice.pk) == [room]
        with transaction.atomic():
            assert rooms(user=alice.pk) == [room]
    finally:
        _alter(after, before)


def _alter(before: Any, after: Any) -> None:
    with connection.schema_editor() as editor:
        editor.alter_field(Room, before, after)


@pytest.mark.django_db
def test_an_error_ends_the_transaction_and_not_the_statement(alice: User) -> None:
    rooms = Prepared(_owned, user=BigIntegerField())
    assert rooms(user=alice.pk) == []
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    assert rooms(user=alice.pk) == []
