"""Addresses of people from before these were kept by themselves, who could not log in where mail is sent."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def vouch(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Who has no row did not sign up: an administrator or a command made them, which counts as verified."""
    address = apps.get_model("account", "EmailAddress")
    users = apps.get_model("core", "User").objects.using(editor.connection.alias)
    rows = address.objects.using(editor.connection.alias)
    without = users.exclude(pk__in=rows.values("user_id")).exclude(email__in=rows.filter(verified=True).values("email"))
    rows.bulk_create(
        [
            address(user_id=pk, email=email, verified=True, primary=True)
            for pk, email in without.values_list("pk", "email")
        ]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("core", "0003_people_and_safety"),
    ]

    operations = [migrations.RunPython(vouch, migrations.RunPython.noop, elidable=True)]
