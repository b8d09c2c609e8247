"""Alice's system sends more parameters than Django reads."""

from __future__ import annotations

from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.api.scenes import System, problem

TOO_MANY = "?a=1&b=2&c=3"


def test_programs_are_answered_with_problem_details(alice: User, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = System(alice).get(f"rooms{TOO_MANY}")
    assert (answer.status_code, problem(answer)) == (400, "malformed")


def test_people_are_answered_with_a_page(alices: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = alices.get(f"/{TOO_MANY}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/html; charset=utf-8")
