"""When a schedule that failed is tried again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0006_investment_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="investmentplan",
            name="last_error",
            field=models.TextField(blank=True, editable=False, help_text="Why the last day could not be made."),
        ),
        migrations.AddField(
            model_name="investmentplan",
            name="retry_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
