from __future__ import annotations

import pytest

from conference import origins


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://Meet.Example.org/", "https://meet.example.org"),
        ("https://meet.example.org:443", "https://meet.example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("https://straße.example:8443", "https://xn--strae-oqa.example:8443"),
        ("https://会議。例え", "https://xn--6oqw48l.xn--r8jz45g"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(written: str, normal: str) -> None:
    assert origins.normal(written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "meet.example.org",
        "ftp://a",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://u@a",
        "https://a:port",
        "null",
        "",
        "https://a​ä .example",
    ],
)
def test_what_is_no_origin_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        origins.normal(written)


def test_an_origin_has_a_host_and_a_socket_beside_it() -> None:
    assert origins.host("http://[::1]:8000") == "[::1]"
    assert origins.socket("https://meet.example.org") == "wss://meet.example.org"
    assert origins.socket("http://http.example.org:81") == "ws://http.example.org:81"


def test_the_standard_port_may_be_in_the_host_that_asks_for_an_origin() -> None:
    found = origins.by_authority(["https://a.example", "http://a.example", "http://[::1]:8000"])
    assert found == {
        "a.example": {"https": "https://a.example", "http": "http://a.example"},
        "a.example:443": {"https": "https://a.example"},
        "a.example:80": {"http": "http://a.example"},
        "[::1]:8000": {"http": "http://[::1]:8000"},
    }


def test_a_server_knows_its_own_names() -> None:
    assert origins.local("127.0.0.1", 8000) == ["http://localhost:8000", "http://127.0.0.1:8000"]
    assert origins.local("0.0.0.0", 80) == ["http://localhost", "http://127.0.0.1"]
    assert origins.local("192.0.2.1", 81)[-1] == "http://192.0.2.1:81"
    assert origins.local("::1", 81)[-1] == "http://[::1]:81"
