"""When a schedule that failed is tried again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_search_and_storage"),
    ]

    operations = [
        migrations.AddField(
            model_name="recurringentry",
            name="retry_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
