"""On Postgres: an index of the words of entries, and packed sums stored as they are."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PACKED = {"ledger_accountyear": ("outside", "moved"), "ledger_categoryyear": ("amount", "count")}


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "CREATE INDEX entry_by_words ON ledger_entry "
        "USING gin (array_to_tsvector(string_to_array(words, ' '))) WHERE deleted_at IS NULL"
    )
    for table, columns in PACKED.items():
        for column in columns:
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX entry_by_words")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_everyday_money"),)
    operations = (migrations.RunPython(create, drop),)
