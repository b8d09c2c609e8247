from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from conference.static import CollectedFiles


@pytest.fixture
def files(tmp_path: Path) -> CollectedFiles:
    (tmp_path / "js").mkdir()
    for name in ("js/room.js", "js/room.0123456789ab.js"):
        (tmp_path / name).write_text("export {};\n" * 100)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    return CollectedFiles(django, tmp_path, "/static/")


async def django(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def get(app: CollectedFiles, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(event: Any) -> None:
        sent.append(event)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await app({"type": "http", "path": path, "method": method, "headers": raw}, None, send)
    start, body = sent
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]


async def test_a_module_is_served_as_javascript(files: CollectedFiles) -> None:
    status, headers, body = await get(files, "/static/js/room.js")
    assert (status, body) == (200, b"export {};\n" * 100)
    assert headers["content-type"].startswith("text/javascript")
    assert headers["x-content-type-options"] == "nosniff"
    assert "immutable" not in headers["cache-control"]


async def test_a_hashed_name_is_kept_for_ever(files: CollectedFiles) -> None:
    _, headers, _ = await get(files, "/static/js/room.0123456789ab.js")
    assert "immutable" in headers["cache-control"]


async def test_the_smallest_form_the_browser_takes(files: CollectedFiles) -> None:
    _, headers, body = await get(files, "/static/js/room.js", accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == b"export {};\n" * 100
    assert int(headers["content-length"]) == len(body)
    assert headers["vary"] == "Accept-Encoding"


async def test_what_the_browser_has_is_not_sent_again(files: CollectedFiles) -> None:
    _, headers, _ = await get(files, "/static/js/room.js")
    assert (await get(files, "/static/js/room.js", if_none_match=headers["etag"]))[0] == 304


async def test_head_and_post(files: CollectedFiles) -> None:
    assert (await get(files, "/static/js/room.js", "HEAD"))[2] == b""
    assert (await get(files, "/static/js/room.js", "POST"))[0] == 405


@pytest.mark.parametrize("path", ["/", "/static/", "/static/js/../../secret", "/static/js/nothing.js"])
async def test_everything_else_is_djangos(files: CollectedFiles, path: str) -> None:
    assert (await get(files, path))[0] == 418
