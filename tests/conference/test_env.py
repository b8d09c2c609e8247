from __future__ import annotations

from pathlib import Path

import pytest

from conference.env import Environment, Misconfigured


def test_what_is_not_set_has_its_default() -> None:
    env = Environment({"EMPTY": " "})
    assert env.text("EMPTY", "a") == "a"
    assert env.flag("MISSING") is False
    assert env.number("MISSING", 8000, 1, 65535) == 8000
    assert env.words("MISSING", ["a"]) == ["a"]
    assert env.secret("MISSING", "b") == "b"


@pytest.mark.parametrize(("value", "meant"), [("true", True), ("1", True), ("ON", True), ("no", False), ("0", False)])
def test_flags(value: str, meant: bool) -> None:
    assert Environment({"MFA": value}).flag("MFA") is meant


def test_words_lose_blanks() -> None:
    assert Environment({"ORIGINS": " a, b ,,"}).words("ORIGINS") == ["a", "b"]


def test_a_secret_comes_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hush\n")
    assert Environment({"KEY_FILE": str(path), "KEY": "other"}).secret("KEY") == "hush"


@pytest.mark.parametrize(
    ("variables", "read", "name"),
    [
        ({"MFA": "perhaps"}, lambda env: env.flag("MFA"), "MFA"),
        ({"PORT": "0"}, lambda env: env.number("PORT", 8000, 1, 65535), "PORT"),
        ({"PORT": "٣"}, lambda env: env.number("PORT", 8000, 1, 65535), "PORT"),
        ({"SIGNUP": "maybe"}, lambda env: env.choice("SIGNUP", "open", ["open", "closed"]), "SIGNUP"),
        ({"KEY_FILE": "/nowhere/at/all"}, lambda env: env.secret("KEY"), "KEY_FILE"),
    ],
)
def test_an_error_begins_with_the_variable(variables, read, name) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Misconfigured, match=f"^{name} "):
        read(Environment(variables))
