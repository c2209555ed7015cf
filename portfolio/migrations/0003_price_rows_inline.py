"""Keep packed prices in the row itself on Postgres.

A year of closes is 2.9 KB, just above what Postgres moves to a side table by default; reading fifteen years of fifty
assets from there is 1,500 look-ups more.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_inline(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE portfolio_priceyear SET (toast_tuple_target = 8160)")


class Migration(migrations.Migration):
    dependencies = (("portfolio", "0002_price_day_view"),)
    operations = (migrations.RunPython(keep_inline, migrations.RunPython.noop),)
