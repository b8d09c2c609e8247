from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rooms", "0016_breakouts")]

    operations = [
        migrations.AddField(
            model_name="attendance",
            name="person",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
    ]
