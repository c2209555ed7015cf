"""The history tells other assets apart: deposits, property and what else has a stated worth.

The stored days are made from rows that stay, so they are dropped here and made anew when somebody looks.
"""

from importlib import import_module

import core.fields
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BEFORE = import_module("analytics.migrations.0002_history_day_view")
SERIES = (*BEFORE.SERIES[:3], "other_assets", *BEFORE.SERIES[3:])
POSTGRES = f"""
CREATE VIEW analytics_history_day AS
SELECT h.user_id, make_date(h.year, 1, 1) + (d.n - 1)::int AS day, m.currency,
       {", ".join(f"NULLIF(d.{name}, 'NaN') AS {name}" for name in SERIES)}
FROM analytics_historyyear h
JOIN analytics_historymark m ON m.user_id = h.user_id
CROSS JOIN LATERAL unnest({", ".join(f"h.{name}" for name in SERIES)})
    WITH ORDINALITY AS d({", ".join(SERIES)}, n)
WHERE make_date(h.year, 1, 1) + (d.n - 1)::int BETWEEN m.first_day AND m.built_through
  AND EXTRACT(year FROM make_date(h.year, 1, 1) + (d.n - 1)::int) = h.year
"""
SQLITE = f"""
CREATE VIEW analytics_history_day AS
SELECT h.user_id, date(printf('%04d-01-01', h.year), '+' || d.key || ' days') AS day, m.currency, d.value AS net_worth,
       {", ".join(f"json_extract(h.{name}, '$[' || d.key || ']') AS {name}" for name in SERIES[1:])}
FROM analytics_historyyear h
JOIN analytics_historymark m ON m.user_id = h.user_id
JOIN json_each(h.net_worth) d
WHERE date(printf('%04d-01-01', h.year), '+' || d.key || ' days') BETWEEN m.first_day AND m.built_through
  AND strftime('%Y', printf('%04d-01-01', h.year), '+' || d.key || ' days') = printf('%04d', h.year)
"""


def forget(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    BEFORE.drop(apps, schema_editor)
    schema_editor.execute("DELETE FROM analytics_historyyear")
    schema_editor.execute(
        "UPDATE analytics_historymark SET dirty_from = COALESCE(first_day, dirty_from), first_day = NULL, "
        "built_through = NULL, generation = generation + 1"
    )


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_postgres = schema_editor.connection.vendor == "postgresql"
    if is_postgres:
        schema_editor.execute("ALTER TABLE analytics_historyyear ALTER COLUMN other_assets SET STORAGE EXTERNAL")
    schema_editor.execute(POSTGRES if is_postgres else SQLITE, params=None)


class Migration(migrations.Migration):
    dependencies = (("analytics", "0004_allocation_targets"),)
    operations = (
        migrations.RunPython(forget, BEFORE.create),
        migrations.AddField("historyyear", "other_assets", core.fields.FloatArrayField(default=list), preserve_default=False),
        migrations.RunPython(create, BEFORE.drop),
    )
