from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


def test_the_link_is_a_picture(client: Client) -> None:
    answer = client.get(f"/{make_room().slug}/qr.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(answer.content).tag == "{http://www.w3.org/2000/svg}svg"


def test_each_room_has_its_own(client: Client) -> None:
    assert len({client.get(f"/{make_room().slug}/qr.svg").content for _ in range(2)}) == 2


def test_a_locked_room_has_one_too(client: Client) -> None:
    assert client.get(f"/{make_room(locked=True, passcode='open sesame').slug}/qr.svg").status_code == 200


def test_mallory_sees_none(mallorys: Client) -> None:
    assert mallorys.get(f"/{make_room(access='members').slug}/qr.svg").status_code == 404
