"""Accounts, for administrators: a token of the deployment, or of a person who may do this in Django's admin."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Annotated, Any

from allauth.account.forms import ResetPasswordForm
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts import addresses
from accounts.forms import AccountForm, NewAccountForm
from accounts.models import User
from api import etags
from api.auth import needs
from api.callers import Request
from api.forms import checked
from api.pages import Turn, page
from api.scopes import Scope
from api.shapes import Key, Listed, Output, without_defaults
from signaling.protocol.bounds import NAME_LENGTH

logger = logging.getLogger(__name__)
router = Router()

Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH, description="What others in a meeting see.")]


class UserOut(Output):
    id: int
    email: str
    email_verified: bool
    display_name: str
    active: bool = Field(description="Whether they can sign in.")
    created_at: datetime


class UsersOut(Listed):
    items: list[UserOut]


class NewUser(Schema):
    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(min_length=3, max_length=254)]
    display_name: Name
    mail: bool = Field(True, description="Whether they get a mail by which they choose a password.")


class ChangedUser(Schema):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=without_defaults)

    display_name: Name = ""
    active: bool = True


class Wanted(Turn):
    email: Annotated[str, Field(max_length=254, description="Only those whose address has this in it.")] = ""
    active: bool | None = None


def describe(user: Any) -> UserOut:
    return UserOut(
        id=user.pk,
        email=user.email,
        email_verified=user.verified,
        display_name=user.display_name,
        active=user.is_active,
        created_at=user.date_joined,
    )


@router.get("", response=UsersOut, auth=needs(Scope.USERS_READ), summary="List users")
def list_users(request: Request, wanted: Query[Wanted]) -> Any:
    request.caller.administers("accounts.view_user")
    found = _users()
    if wanted.email:
        found = found.filter(email__icontains=wanted.email)
    if wanted.active is not None:
        found = found.filter(is_active=wanted.active)
    return page(request, wanted, found, describe)


@router.post("", response={201: UserOut}, auth=needs(Scope.USERS_WRITE), summary="Create a user")
def create_user(request: Request, body: NewUser, response: HttpResponse) -> Any:
    """Their address counts as verified. They have no password until they choose one."""
    request.caller.administers("accounts.add_user")
    form = checked(NewAccountForm(body.model_dump()))
    user = form.save()
    addresses.assign(user)
    _log(request, user, ADDITION, "Created by the API.")
    if body.mail:
        _mail(request, user)
    response["Location"] = request.build_absolute_uri(f"{request.path}/{user.pk}")
    return Status(201, describe(_users().get(pk=user.pk)))


@router.get("/{int:pk}", response=UserOut, auth=needs(Scope.USERS_READ), summary="Read a user")
def read_user(request: Request, pk: Key) -> Any:
    request.caller.administers("accounts.view_user")
    return describe(get_object_or_404(_users(), pk=pk))


@router.patch("/{int:pk}", response=UserOut, auth=needs(Scope.USERS_WRITE), summary="Change a user")
def change_user(request: Request, pk: Key, body: ChangedUser) -> Any:
    """Whoever is not active any more is signed out, also of meetings, and their tokens do not work."""
    request.caller.administers("accounts.change_user")
    user = get_object_or_404(_users().select_for_update(no_key=True, of=("self",)), pk=pk)
    etags.must_match(request, describe(user))
    given = body.model_dump(exclude_unset=True)
    known = {"display_name": user.display_name, "is_active": given.pop("active", user.is_active)}
    form = checked(AccountForm({**known, **given}, instance=user), is_active="active")
    if form.has_changed():
        form.save()
        _log(request, user, CHANGE, f"Changed by the API: {', '.join(form.changed_data)}.")
    return describe(user)


def _users() -> QuerySet[User]:
    return User.objects.annotate(**{"verified": addresses.VERIFIED})


def _mail(request: Request, user: User) -> None:
    form = ResetPasswordForm({"email": user.email})
    if form.is_valid():
        form.save(request)


def _log(request: Request, user: User, flag: int, message: str) -> None:
    """In the history of the admin, whose entries have a user: for a token of the deployment, whoever made it."""
    by = request.caller.user or request.caller.token.created_by
    if by is not None:
        said = f"{message} Token: {request.caller.token}"
        LogEntry.objects.log_actions(by.pk, [user], flag, change_message=said, single_object=True)
    logger.info("User %s: %s", user.pk, message)
