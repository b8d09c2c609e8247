from __future__ import annotations

import re

from django.test import Client

#: Uncompressed.
BYTES = 3000


def test_the_script_is_small_and_for_every_site(client: Client) -> None:
    answer = client.get("/embed.js")
    assert answer.status_code == 200
    assert len(answer.content) < BYTES
    assert b"ConferenceCall" in answer.content
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies.output()


def test_it_is_asked_for_again_soon_and_not_sent_again(client: Client) -> None:
    answer = client.get("/embed.js")
    age = re.search(r"max-age=(\d+)", answer["Cache-Control"])
    assert age is not None and int(age[1]) <= 600 and "private" not in answer["Cache-Control"]
    again = client.get("/embed.js", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_message_goes_to_just_anybody(client: Client) -> None:
    assert not re.search(r"postMessage\([^)]*[\"']\*[\"']", client.get("/embed.js").content.decode())
