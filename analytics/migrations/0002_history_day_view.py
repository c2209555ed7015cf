"""A plain view of the packed history, one row per person and day, for any tool that reads SQL."""

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


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP VIEW analytics_history_day")


class Migration(migrations.Migration):
    dependencies = (("analytics", "0001_initial"), ("core", "0001_initial"))
    operations = (migrations.RunPython(create, drop),)
