from conference.greeting import greeting


def test_the_first_start_offers_the_administrator() -> None:
    text = greeting(["http://localhost:8000"], False, 8000, "/setup/abc")
    assert "Conference is at http://localhost:8000\n" in text
    assert "http://localhost:8000/setup/abc" in text
    assert "HTTPS" in text and ":8000" in text


def test_a_public_server_says_no_more_than_its_address() -> None:
    assert greeting(["https://meet.example.org"], True, 8000, "") == "Conference is at https://meet.example.org"
