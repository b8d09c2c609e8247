"""Lists in pages, of which short ones are not counted."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from rooms.models import Room
from rooms.pages import ShortPaginator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("rooms", "queries", "sizes"), [(0, 1, [0]), (3, 1, [3]), (4, 2, [3, 1]), (7, 2, [3, 3, 1])])
def test_what_fits_on_a_page_takes_one_query(
    rooms: int, queries: int, sizes: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Room.objects.bulk_create([Room(name=str(number)) for number in range(rooms)])
    pages = ShortPaginator(Room.objects.order_by("pk"), 3)
    with django_assert_num_queries(queries):
        first = pages.get_page("1")
        assert (len(list(first)), first.has_next()) == (sizes[0], len(sizes) > 1)
    assert [len(list(pages.get_page(number))) for number in pages.page_range] == sizes
    assert [room.name for page in pages.page_range for room in pages.get_page(page)] == [str(number) for number in range(rooms)]
    assert pages.get_page("nonsense").number == 1 and pages.get_page("99").number == len(sizes)
