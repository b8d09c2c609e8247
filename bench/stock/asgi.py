"""The baseline: signaling in the simplest way with Channels.

Each participant has a group of its own and is in the room's group; a message is a ``group_send`` to the recipient. No roster,
no database, no limits: everything that is left out makes it cheaper, so the comparison favours it.
"""

import os
from typing import Any
from uuid import uuid4

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.stock.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  (after the settings)
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402


class StockConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One socket, two groups."""

    async def connect(self) -> None:
        self.id = uuid4().hex
        self.room = f"room.{self.scope['url_route']['kwargs']['slug']}"
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.channel_layer.group_add(f"participant.{self.id}", self.channel_name)
        await self.accept()
        await self.send_json({"type": "welcomed", "id": self.id})
        await self.channel_layer.group_send(self.room, {"type": "room.joined", "id": self.id})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.room, self.channel_name)
        await self.channel_layer.group_discard(f"participant.{self.id}", self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        to = content.pop("to")
        event = {"type": "participant.signal", "message": {**content, "from": self.id}}
        await self.channel_layer.group_send(f"participant.{to}", event)

    async def participant_signal(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])

    async def room_joined(self, event: dict[str, Any]) -> None:
        if event["id"] != self.id:
            await self.send_json({"type": "joined", "participant": {"id": event["id"]}})


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AuthMiddlewareStack(URLRouter([path("socket/<slug>", StockConsumer.as_asgi())])),
    }
)
