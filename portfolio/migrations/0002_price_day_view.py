"""A plain view of the packed prices, one row per asset and day, for any tool that reads SQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRES = """
CREATE VIEW portfolio_price_day AS
SELECT a.id AS asset_id, a.symbol, a.currency, make_date(p.year, 1, 1) + (d.n - 1)::int AS day, d.close
FROM portfolio_priceyear p
JOIN portfolio_asset a ON a.id = p.asset_id
CROSS JOIN LATERAL unnest(p.closes) WITH ORDINALITY AS d(close, n)
WHERE d.close <> 'NaN'
"""
SQLITE = """
CREATE VIEW portfolio_price_day AS
SELECT a.id AS asset_id, a.symbol, a.currency,
       date(printf('%04d-01-01', p.year), '+' || d.key || ' days') AS day, d.value AS close
FROM portfolio_priceyear p
JOIN portfolio_asset a ON a.id = p.asset_id
JOIN json_each(p.closes) d
WHERE d.value IS NOT NULL
"""


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE, params=None)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP VIEW portfolio_price_day")


class Migration(migrations.Migration):
    dependencies = (("portfolio", "0001_initial"),)
    operations = (migrations.RunPython(create, drop),)
