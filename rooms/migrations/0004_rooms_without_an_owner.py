"""Rooms whose owner was deleted: they pass to their first host, else only members enter.

A room that an administrator made without an owner stays as it is. Its audit still names who made it; that of a room whose
owner was deleted does not.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


def settle(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    rooms = apps.get_model("rooms", "Room").objects.using(alias)
    for room in rooms.exclude(memberships__role="owner").iterator():
        heir = room.memberships.filter(role="host").order_by("pk").first()
        if heir is not None:
            heir.role = "owner"
            heir.save(update_fields=["role"])
        elif not room.audit_entries.filter(action="created", actor__isnull=False).exists():
            room.access = "members"
            room.save(update_fields=["access"])


class Migration(migrations.Migration):
    dependencies = [("rooms", "0003_session_latest")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop, elidable=True)]
