"""Who asks: a token, and what it may do to rooms."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import User
from api import tokens
from api.models import Token
from api.problems import Kind, Problem
from api.scopes import Scope
from rooms.actors import actor
from rooms.models import Room, RoomQuerySet
from signaling.permissions import Action, Actor, Standing, can


@dataclass(frozen=True)
class Caller:
    token: Token

    @property
    def user(self) -> User | None:
        """Whose token it is; None for a token of the deployment."""
        return self.token.user

    @property
    def counted(self) -> str:
        """By what the limits of pages count them: as the person, who uses pages as well, or by the token."""
        return str(self.user.pk) if self.user is not None else f"token:{self.token.pk}"

    def needs(self, scope: Scope) -> None:
        """Raise a problem unless the token has this scope (RFC 6750, section 3.1)."""
        if scope not in self.token.scopes:
            challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'}
            raise Problem(Kind.INSUFFICIENT_SCOPE, f"It needs the scope {scope.value}.", headers=challenge, scope=scope.value)

    def administers(self, permission: str) -> None:
        """Raise a problem unless this is a token of the deployment, or of somebody with this permission in Django's admin."""
        if self.user is not None and not (self.user.is_staff and self.user.has_perm(permission)):
            raise Problem(Kind.FORBIDDEN)

    def rooms(self) -> RoomQuerySet:
        """The rooms that this caller may see."""
        return Room.objects.permitting(self.user.pk, "view") if self.user is not None else Room.objects.all()

    def standing(self, room: Room) -> Standing:
        """The standing in one of :meth:`rooms`."""
        return room.role if self.user is not None else "staff"

    def actor(self, room: Room) -> Actor:
        return actor(self.user, room.role) if self.user is not None else Actor("staff", f"token:{self.token.pk}", str(self.token))

    def room(self, code: str, action: Action = "view", *, hold: bool = False) -> tuple[Room, Actor]:
        """A room in which the caller may do this, and the caller as an actor. Raises a problem: not found, or forbidden where the
        caller may see the room.

        With ``hold``, nobody else changes the room until the end of the transaction.
        """
        rooms = Room.objects.seen_by(self.user.pk if self.user is not None else None)
        if hold:
            rooms = rooms.select_for_update(no_key=True, of=("self",))
        room = rooms.filter(slug=code).first()
        if room is None or not can(self.standing(room), "view"):
            raise Problem(Kind.NOT_FOUND)
        if not can(self.standing(room), action):
            raise Problem(Kind.FORBIDDEN)
        return room, self.actor(room)


class Request(HttpRequest):
    """A request that has passed ``api.guard``."""

    caller: Caller


def find(request: HttpRequest) -> Caller:
    """The caller, by ``Authorization: Bearer`` (RFC 6750, section 2.1). Raises a problem."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Problem(Kind.UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
    token = tokens.find(secret.strip())
    if token is None:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Problem(Kind.UNAUTHENTICATED, "The token is not known, was revoked, or has expired.", headers=challenge)
    return Caller(token)
