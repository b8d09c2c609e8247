"""Which addresses of accounts that exist already count as verified.

Sign-up has always written a primary address. An account whose own address has no row, or only the row that allauth adds
when such a person signs in (neither primary nor verified), was given that address by an administrator.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


def trust_administrators(apps: Any, schema_editor: Any) -> None:
    addresses = apps.get_model("account", "EmailAddress").objects.using(schema_editor.connection.alias)
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    for user in users.iterator():
        if addresses.filter(email=user.email, verified=True).exists():
            continue
        own = addresses.filter(user_id=user.pk, email=user.email)
        if own.filter(primary=True).exists():
            continue
        addresses.filter(user_id=user.pk).delete()
        addresses.create(user_id=user.pk, email=user.email, primary=True, verified=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_user"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [migrations.RunPython(trust_administrators, migrations.RunPython.noop, elidable=True)]
