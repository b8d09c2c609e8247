"""The sidebar of the admin: rendered once for all who have the same permissions and are at the same list."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.template import Context, Library
from django.utils.safestring import SafeString

from accounts.fragments import fragment, reader

register = Library()


class Model(NamedTuple):
    object_name: str
    name: str
    admin_url: str | None
    add_url: str | None


class App(NamedTuple):
    app_label: str
    name: str
    app_url: str
    models: tuple[Model, ...]


class At(NamedTuple):
    """The address of the list that somebody is at. Django's template marks those that are part of ``request.path``."""

    path: str


@register.simple_tag(takes_context=True)
def sidebar_apps(context: Context) -> SafeString:
    """What ``admin/app_list.html`` makes of ``available_apps``."""
    apps = tuple(map(_app, context["available_apps"]))
    links = [link for app in apps for link in (app.app_url, *(model.admin_url for model in app.models)) if link]
    at = max((link for link in links if link in context["request"].path), key=len, default="")
    return fragment("admin/app_list.html", reader(), app_list=apps, request=At(at), show_changelinks=False)


def _app(app: dict[str, Any]) -> App:
    return App(app["app_label"], str(app["name"]), app["app_url"], tuple(map(_model, app["models"])))


def _model(model: dict[str, Any]) -> Model:
    return Model(model["object_name"], model["name"], model["admin_url"], model["add_url"])
