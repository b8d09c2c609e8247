"""Each message that changes something for somebody else writes exactly one entry of the audit; no other message writes any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import AuditEntry, Room
from signaling.protocol.messages import Message
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, candidate, cookie, embedded, from_database, guest, written

pytestmark = pytest.mark.django_db(transaction=True)

#: What Alice sends to Bob, who is present and has raised a hand, or to Carol, who waits; and what is written of it.
MESSAGES: dict[str, tuple[Callable[[Tab, Tab], dict[str, Any]], list[str]]] = {
    "Admit": (lambda bob, carol: {"type": "admit", "id": carol.id}, ["admitted"]),
    "Deny": (lambda bob, carol: {"type": "deny", "id": carol.id}, ["denied"]),
    "Remove": (lambda bob, carol: {"type": "remove", "id": bob.id}, ["removed"]),
    "Remove for good": (lambda bob, carol: {"type": "remove", "id": bob.id, "ban": True}, ["banned"]),
    "Restrict": (lambda bob, carol: {"type": "restrict", "use": "chat", "how": "forbidden", "ids": [bob.id]}, ["forbidden"]),
    "Restrict everybody": (lambda bob, carol: {"type": "restrict", "use": "camera", "how": "stopped"}, ["stopped"]),
    "Free": (lambda bob, carol: {"type": "free", "use": "microphone"}, ["freed"]),
    "End": (lambda bob, carol: {"type": "end"}, ["ended"]),
    "Divide": (lambda bob, carol: {"type": "divide", "names": ["Red", "Blue"], "how": "even"}, ["divided"]),
    "Move": (lambda bob, carol: {"type": "move", "place": "red", "id": bob.id}, []),
    "Gather": (lambda bob, carol: {"type": "gather"}, []),
    "Help": (lambda bob, carol: {"type": "help", "asked": True}, []),
    "Broadcast": (lambda bob, carol: {"type": "broadcast", "text": "Hello"}, []),
    "Lift": (lambda bob, carol: {"type": "lift", "use": "chat"}, []),
    "Ask": (lambda bob, carol: {"type": "ask", "use": "camera", "id": bob.id}, []),
    "Hand": (lambda bob, carol: {"type": "hand", "raised": True}, []),
    "Lower": (lambda bob, carol: {"type": "lower"}, []),
    "Note": (lambda bob, carol: {"type": "note", "text": "hello"}, []),
    "Join": (lambda bob, carol: {"type": "join"}, []),
    "Signal": (lambda bob, carol: candidate(bob), []),
    "Refresh": (lambda bob, carol: {"type": "refresh"}, []),
    "Report": (lambda bob, carol: {"type": "report", "connected": 0, "relayed": 0, "unreached": [], "silent": []}, []),
    "Attest": (lambda bob, carol: {"type": "attest", "key": "B" + "A" * 86}, []),
    "Ping": (lambda bob, carol: {"type": "ping"}, []),
    "Leave": (lambda bob, carol: {"type": "leave"}, []),
}


def test_every_message_is_among_them() -> None:
    assert {one.__name__ for one in get_args(Message)} == {name.split()[0] for name in MESSAGES}


async def entries(stage: Stage) -> list[str]:
    await written(stage)
    return await from_database(lambda: list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)))


@pytest.mark.parametrize(("message", "expected"), MESSAGES.values(), ids=MESSAGES)
async def test_what_is_written(
    alice: User, alices: Client, message: Callable[[Tab, Tab], dict[str, Any]], expected: list[str]
) -> None:
    room: Room = await from_database(lambda: make_room(alice, locked=True))
    async with embedded() as stage:
        tabs = [
            Tab(stage[0], room.slug, text) for text in (cookie(alices), await from_database(guest), await from_database(guest))
        ]
        host, bob, carol = tabs
        await host.join()
        await bob.join(name="Bob")
        host.send({"type": "admit", "id": bob.id})
        await bob.receive("welcomed")
        bob.send({"type": "hand", "raised": True})
        host.send({"type": "restrict", "use": "microphone", "how": "forbidden", "ids": [bob.id]})
        await carol.join(name="Carol")
        before = await entries(stage)
        assert before == ["admitted", "forbidden"]
        for _ in range(2):
            host.send(message(bob, carol))
        host.send({"type": "leave"})
        await host.closed()
        await host.ended()
        assert (await entries(stage))[len(before) :] == expected
