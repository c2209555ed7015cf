"""On Postgres: an index in which each word of an entry stands behind the id of its person, and what goes together.

Not of the kept entries alone, since the planner takes no statistics from an index of a part of the rows: it would read
all entries of a person for a word that is rare. New entries are in the index at once, not in a list beside it that
every search reads through. And an account or category is one person's: without `entry_owners` the planner takes the
rows that have both for far fewer than they are.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PERSON = "user_id::text || '/'"
WORDS = f"string_to_array({PERSON} || replace(words, ' ', ' ' || {PERSON}), ' ')"
OWNED = "user_id, account_id, to_account_id, category_id"


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP INDEX entry_by_words")
    schema_editor.execute(
        f"CREATE INDEX entry_by_words ON ledger_entry USING gin (array_to_tsvector({WORDS})) WITH (fastupdate = off)"
    )
    schema_editor.execute(f"CREATE STATISTICS entry_owners (dependencies) ON {OWNED} FROM ledger_entry")


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP STATISTICS entry_owners")
    schema_editor.execute("DROP INDEX entry_by_words")
    schema_editor.execute(
        "CREATE INDEX entry_by_words ON ledger_entry "
        "USING gin (array_to_tsvector(string_to_array(words, ' '))) WHERE deleted_at IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = (("ledger", "0003_recurring_retry"),)
    operations = (migrations.RunPython(create, drop),)
