"""Store the packed history uncompressed on Postgres: floats hardly shrink, and trying takes longer than the rebuild."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SERIES = (
    "net_worth",
    "holdings",
    "cash",
    "liabilities",
    "cost_basis",
    "invested",
    "net_contributions",
    "income",
    "realized_gain",
    "costs",
    "priced",
    "stale",
    "estimated",
)


def store_uncompressed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in SERIES:
            schema_editor.execute(f"ALTER TABLE analytics_historyyear ALTER COLUMN {name} SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = (("analytics", "0002_history_day_view"),)
    operations = (migrations.RunPython(store_uncompressed, migrations.RunPython.noop),)
