"""Signals by which accounts ask other apps without importing them."""

from __future__ import annotations

from django.dispatch import Signal
from django.http import HttpRequest

from accounts.models import User

#: Does the visitor behind ``request`` hold an invitation that is still good? A receiver answers True or False.
invited = Signal()

#: ``request`` makes an account for ``user``, in one transaction with whatever receivers do. True from the one whose invitation
#: this has used up.
enrolled = Signal()

#: What is kept of ``user``? Each receiver answers with its ``accounts.personal.Part``s.
recalled = Signal()

#: Every login of ``user`` ends, in one transaction with whatever else lets others act as them.
shut_out = Signal()

#: What is this deployment called? A receiver answers its name; "" if nobody gave it one.
called = Signal()

#: ``by`` wants what is kept of ``user`` deleted, in one transaction with whatever receivers do. What is in use stays.
forgotten = Signal()


def ask(signal: Signal, **facts: HttpRequest | User) -> bool:
    """Whether any receiver answers True."""
    return any(answer for _, answer in signal.send(sender=User, **facts))
