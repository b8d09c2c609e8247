"""What the page of a meeting tells its script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from rooms.entry import Visit
from rooms.http import address
from signaling.permissions import can


def describe(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    room = visit.room
    return {
        "slug": room.slug,
        "name": room.name,
        "link": address(request, room),
        "socket": request.build_absolute_uri(f"/socket/{room.slug}").replace("http", "ws", 1),
        "person": visit.name,
        "guest": not visit.name,
        "role": visit.role,
        "admission": visit.admission.value,
        "locked": room.locked,
        "capacity": room.capacity,
        "urls": _urls(visit),
    }


def _urls(visit: Visit) -> dict[str, str]:
    # The pages of a room are for members alone: a join link opens the meeting only.
    slug, role = visit.room.slug, visit.room.role
    pages = {
        "qr": True,
        "ice": True,
        "elsewhere": True,
        "invite": can(role, "view"),
        "people": can(role, "view"),
        "settings": can(role, "edit"),
    }
    return {"leave": reverse("home"), **{name: reverse(name, args=[slug]) for name, shown in pages.items() if shown}}
