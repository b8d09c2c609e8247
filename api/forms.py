"""Forms of pages check what the API is sent, so that one rule holds for both."""

from __future__ import annotations

from typing import TypeVar

from django.forms import BaseForm

from api.problems import Kind, Problem

Form = TypeVar("Form", bound=BaseForm)


def checked(form: Form, **names: str) -> Form:
    """The form if it is valid; else raises a problem. ``names``: what a field is called in the body, if it is not the same."""
    if form.is_valid():
        return form
    errors = [
        {"pointer": "#" + (f"/{names.get(field, field)}" if field != "__all__" else ""), "detail": str(message)}
        for field, messages in form.errors.items()
        for message in messages
    ]
    raise Problem(Kind.INVALID, errors=errors)
