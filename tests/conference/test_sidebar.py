"""The sidebar of the admin is what Django makes of it, for each person and page."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from accounts.models import User
from rooms.models import Room
from tests.cast import person

pytestmark = pytest.mark.django_db
PATHS = ["/admin/", "/admin/rooms/", "/admin/rooms/room/", "/admin/rooms/room/1/change/", "/admin/dashboard/", "/admin/r%C3%B6/"]


@pytest.fixture
def clerk() -> User:
    """Somebody who may see rooms in the admin, and nothing else."""
    found = person("Clerk")
    found.is_staff = True
    found.save()
    found.user_permissions.add(Permission.objects.get(codename="view_room"))
    return found


@pytest.fixture
def olga() -> User:
    """The administrator."""
    return User.objects.create_superuser("olga@example.org", "a password of hers", display_name="Olga")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_it_is_as_django_renders_it(rf: RequestFactory, olga: User, clerk: User, path: str, language: str) -> None:
    for user in (olga, clerk, olga):
        request = rf.get(path)
        request.user = user
        with override(language):
            context = {"request": request, "available_apps": admin.site.get_app_list(request)}
            ours = Template("{% load sidebar %}{% sidebar_apps %}").render(Context(context))
            theirs = render_to_string(
                "admin/app_list.html", {"request": request, "app_list": context["available_apps"], "show_changelinks": False}
            )
        assert ours == theirs
        assert ("/admin/accounts/user/" in ours) == (user == olga)
        assert ('aria-current="page"' in ours) == path.startswith("/admin/rooms/room/")


def test_the_admin_has_it(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    content = client.get("/admin/rooms/room/").content.decode()
    assert 'id="nav-filter"' in content
    assert str(Room._meta.verbose_name_plural) in content
