"""Import closes: merged into what is stored, so the same file a second time changes nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from portfolio.imports.formats import PRICES, PriceRow, prices_parse
from portfolio.models import Asset
from portfolio.prices.store import closes_load
from portfolio.services.import_assets import Symbols
from portfolio.services.import_source import Imported, Source
from portfolio.services.prices import close_error, latest_close_day, prices_record

Closes = dict[int, dict[date, Decimal | None]]


def prices_import(source: Source) -> Imported:
    rows = source.rows(PRICES, prices_parse)
    symbols = source.symbols({row.symbol for row in rows})
    imported = Imported(rows=len(rows), created_assets=symbols.created)
    closes = _closes(source, rows, symbols)
    source.problems.refuse()
    source.progress.stage("Writing")
    _compare(closes, imported)
    prices_record(closes=closes)
    return imported


def _closes(source: Source, rows: Sequence[PriceRow], symbols: Symbols) -> Closes:
    latest = latest_close_day()
    assets: dict[str, Asset | None] = {}
    closes: defaultdict[int, dict[date, Decimal | None]] = defaultdict(dict)
    for row in rows:
        if row.symbol not in assets:
            assets[row.symbol] = _asset(source, row, symbols)
        error = close_error(row.day, row.close, latest=latest)
        if error is not None:
            source.problems.add(row.line, error.attr, error.detail, code=error.code)
        asset = assets[row.symbol]
        if asset is not None:
            _add(source, row, asset, days=closes[asset.pk])
        if source.problems.enough:
            break
    return dict(closes)


def _asset(source: Source, row: PriceRow, symbols: Symbols) -> Asset | None:
    """Its problem is noted at the first row that names it, not at thousands."""
    asset = symbols.asset(row.symbol, line=row.line, currency=row.currency)
    return asset if asset is not None and source.may_write(asset, line=row.line) else None


def _add(source: Source, row: PriceRow, asset: Asset, *, days: dict[date, Decimal | None]) -> None:
    if row.currency and row.currency != asset.currency:
        detail = f"Wrong currency: prices of {asset.symbol} are in {asset.currency}."
        source.problems.add(row.line, "currency", detail, code="wrong_currency")
    if days.setdefault(row.day, row.close) != row.close:
        detail = f"{asset.symbol} has two different closes on {row.day} in this file."
        source.problems.add(row.line, "close", detail, code="repeated")


def _compare(closes: Closes, imported: Imported) -> None:
    """Count what is new, what is replaced and what is known: a row may also repeat another one of the file."""
    for asset_id, days in closes.items():
        stored = _stored(asset_id, days)
        for day, close in days.items():
            known = stored.get(day)
            imported.created += known is None
            imported.changed += known is not None and known != float(close or 0)
    imported.skipped = imported.rows - imported.created - imported.changed


def _stored(asset_id: int, days: Mapping[date, Decimal | None]) -> dict[date, float]:
    first, last = min(days), max(days)
    (row,) = closes_load([asset_id], first=first, last=last).matrix
    return {first + timedelta(days=int(i)): float(row[i]) for i in np.flatnonzero(~np.isnan(row))}
