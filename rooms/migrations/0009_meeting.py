"""Sessions are called meetings. Table and column keep their names: workers of the release before write to them."""

from __future__ import annotations

from functools import partial
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace


def rename_permissions(apps: Any, schema_editor: Any, *, old: str, new: str) -> None:
    """Whoever was given rights to the one has them to the other."""
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    permissions.filter(content_type__app_label="rooms", codename__endswith=f"_{old}").update(
        codename=Replace(F("codename"), Value(old), Value(new)), name=Replace(F("name"), Value(old), Value(new))
    )


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0008_guests_wait"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelTable(name="session", table="rooms_session"),
        migrations.AlterField(
            model_name="attendance",
            name="session",
            field=models.ForeignKey(
                db_column="session_id",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attendances",
                to="rooms.session",
                verbose_name="meeting",
            ),
        ),
        migrations.RenameModel(old_name="Session", new_name="Meeting"),
        # The same column, so the constraint of the database is what it was.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="attendance", name="attendance_once"),
                migrations.RenameField(model_name="attendance", old_name="session", new_name="meeting"),
                migrations.AddConstraint(
                    model_name="attendance",
                    constraint=models.UniqueConstraint(fields=("meeting", "participant"), name="attendance_once"),
                ),
            ]
        ),
        migrations.AlterModelOptions(
            name="meeting",
            options={"ordering": ("-started_at", "-pk"), "verbose_name": "meeting", "verbose_name_plural": "meetings"},
        ),
        migrations.AlterField(
            model_name="meeting",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="meetings", to="rooms.room", verbose_name="room"
            ),
        ),
        migrations.RenameIndex(model_name="meeting", old_name="session_latest", new_name="meeting_latest"),
        migrations.RemoveConstraint(model_name="meeting", name="session_one_open"),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                condition=Q(("ended_at__isnull", True)), fields=("room",), name="meeting_one_open"
            ),
        ),
        migrations.RunPython(
            partial(rename_permissions, old="session", new="meeting"), partial(rename_permissions, old="meeting", new="session")
        ),
    ]
