"""Store packed rows on Postgres so that reading them is quick: prices in the row itself, movements uncompressed.

A year of closes is 2.9 KB, just above what Postgres moves to a side table by default; reading fifteen years of fifty
assets from there is 1,500 look-ups more.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def store_for_reading(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE portfolio_priceyear SET (toast_tuple_target = 8160)")
        schema_editor.execute("ALTER TABLE portfolio_holding ALTER COLUMN movements SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = (("portfolio", "0002_price_day_view"),)
    operations = (migrations.RunPython(store_for_reading, migrations.RunPython.noop),)
