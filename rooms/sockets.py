"""What sockets need from the rooms: this module is a ``signaling.ports.Rooms``, and knows the address of a handshake."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from accounts import logins, networks
from rooms import entry, frames, guests
from rooms.models import Room
from rooms.standings import excluded as excluded
from rooms.standings import standings as standings
from signaling.ports import Entry
from signaling.settings import RoomSettings


def find(slug: str, cookie: str, client: str) -> Entry:
    """Who, at the address ``client``, would join which room, by the Cookie header of the handshake, or by what a page in a frame
    sends in its place. The join link with which such a page was opened is used up.

    Raises ``signaling.ports.RoomUnavailable``, and ``redis.RedisError`` when the store that counts misses does not answer.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    cookies = parse_cookie(cookie)
    framed = frames.read(cookies, slug)
    if framed is not None:
        frames.follow(framed)
        return entry.find(slug, AnonymousUser(), framed.session, framed.guest, client)
    session = store(cookies.get(settings.SESSION_COOKIE_NAME))
    user = get_user(cast(HttpRequest, SimpleNamespace(session=session)))
    found = entry.find(slug, user, session, guests.find(cookies, session), client)
    if user.is_authenticated and found.login:
        logins.keep(found.login, user.pk)
    return found


def room_settings(room_ids: Collection[str]) -> Mapping[str, RoomSettings]:
    """The settings of each of these rooms; a deleted room is missing."""
    return {str(room.pk): room.live_settings for room in Room.objects.filter(pk__in=room_ids)}


def address(scope: dict[str, Any]) -> str:
    """The client address of an ASGI scope: from ``CLIENT_IP_HEADER`` if a proxy sets it, else from the connection.

    A header that was sent twice does not count. "" if there is no address.
    """
    name = settings.CLIENT_IP_HEADER.lower().encode()
    forwarded = [value.decode("latin1") for key, value in scope["headers"] if key == name]
    connected = scope.get("client") or [""]
    return networks.plain(forwarded[0] if len(forwarded) == 1 and forwarded[0] else connected[0])
