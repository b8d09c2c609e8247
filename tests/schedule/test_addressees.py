from __future__ import annotations

import pytest

from schedule.addressees import Addressee, normal, read


def test_a_list_as_people_paste_it() -> None:
    pasted = """alice@example.org, Bob <Bob@Example.org>; "Doe, Jane" <jane@example.org>
Roe, Richard <richard@example.org>;
<carol@example.org>\r\n\r\n,;"""
    assert read(pasted).good == (
        Addressee("alice@example.org"),
        Addressee("bob@example.org", "Bob"),
        Addressee("jane@example.org", "Doe, Jane"),
        Addressee("richard@example.org", "Roe, Richard"),
        Addressee("carol@example.org"),
    )
    assert read(pasted).bad == ()


def test_the_same_address_twice_is_one() -> None:
    reading = read("bob@example.org\nBOB@example.org\nBob <bob@EXAMPLE.org>")
    assert (reading.good, reading.doubled) == ((Addressee("bob@example.org"),), 2)


def test_what_is_no_address_is_told_as_it_was_typed() -> None:
    assert read("bob@example.org, bob, @, Carol <carol>, a@b@c").bad == ("bob", "@", "Carol <carol>", "a@b@c")


def test_a_domain_of_other_letters_is_written_as_dns_has_it() -> None:
    assert normal("Anna@EXÄMPLE.org") == "anna@xn--exmple-cua.org"
    assert read("anna@exämple.org, anna@xn--exmple-cua.org").doubled == 1


@pytest.mark.parametrize(
    "address",
    [
        "ännä@example.org",
        "a@" + "ü" * 200 + ".org",
        "a" * 320 + "@example.org",
        "a@b.org\r\nBcc: eve@example.org",
        "a b@example.org",
        "a@exa\u202emple.org",
        "",
        "@",
        "a@ü..org",
        "\0@example.org",
        '"\x0bBcc:eve@example.org"@example.org',
        '"\x1cBcc:eve@example.org"@example.org',
    ],
)
def test_what_no_mail_server_takes_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        normal(address)


def test_ten_thousand_at_once_are_read() -> None:
    assert len(read("\n".join(f"Person {n} <p{n}@example.org>" for n in range(10_000))).good) == 10_000


@pytest.mark.parametrize("text", ['"' * 100_000, "<" * 100_000, "a@" * 100_000, "," * 100_000, "<>," * 50_000])
def test_a_text_that_is_no_list_takes_no_time(text: str) -> None:
    assert read(text).good == ()
