"""Import corporate actions: one of the same kind, asset and day that is known stays as it is."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.batches import batches
from core.errors import ApplicationError
from core.locks import everyone_lock
from core.money import plain
from portfolio.books.events import ZERO
from portfolio.imports.formats import CORPORATE_ACTIONS, ActionRow, actions_parse
from portfolio.models import Asset, CorporateAction
from portfolio.services.actions import action_record
from portfolio.services.import_assets import Symbols
from portfolio.services.import_source import Imported, Source

_COLUMN_OF = {"asset": "symbol", "new_asset": "new_symbol"}
_NEEDS_RATIO = frozenset({"split", "bonus", "spinoff", "merger"})

Key = tuple[int, str, date]


def actions_import(source: Source) -> Imported:
    everyone_lock()  # before a new asset locks its owner: the other way round, two would wait for each other
    rows = source.rows(CORPORATE_ACTIONS, actions_parse)
    symbols = source.symbols({name for row in rows for name in (row.symbol, row.new_symbol) if name})
    imported = Imported(rows=len(rows), created_assets=symbols.created)
    stated = list(_stated(source, rows, symbols))
    known = _known({fields["asset"].pk for _, fields in stated})
    for line, fields in source.progress.rows("Writing", stated, total=len(stated)):
        twin = known.get((fields["asset"].pk, fields["kind"], fields["ex_date"]))
        if twin is None:
            _record(source, line, fields)
            imported.created += 1
        else:
            _compare(twin, line, fields, imported=imported)
    source.problems.refuse()
    return imported


def _stated(source: Source, rows: Sequence[ActionRow], symbols: Symbols) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line and fields of the rows that name what is there."""
    for row in rows:
        asset = symbols.asset(row.symbol, line=row.line)
        new = _new_asset(row, asset, symbols) if row.new_symbol and asset else None
        if row.ratio is None and row.kind in _NEEDS_RATIO:
            source.problems.add(row.line, "ratio", f"A {row.kind} needs its ratio.", code="required")
        elif asset is not None and source.may_write(asset, line=row.line) and (new or not row.new_symbol):
            yield row.line, _fields(row, asset, new)


def _new_asset(row: ActionRow, asset: Asset, symbols: Symbols) -> Asset | None:
    return symbols.asset(row.new_symbol, line=row.line, column="new_symbol", currency=asset.currency)


def _fields(row: ActionRow, asset: Asset, new: Asset | None) -> dict[str, Any]:
    return {
        "asset": asset,
        "kind": row.kind,
        "ex_date": row.day,
        "ratio": Decimal(1) if row.ratio is None else row.ratio,
        "new_asset": new,
        "cost_fraction": row.cost_fraction,
        "cash_per_share": ZERO if row.cash_per_share is None else row.cash_per_share,
    }


def _known(asset_ids: set[int]) -> dict[Key, CorporateAction]:
    rejected = CorporateAction.Status.REJECTED
    known: dict[Key, CorporateAction] = {}
    for batch in batches(asset_ids):
        actions = CorporateAction.objects.filter(asset_id__in=batch).exclude(status=rejected)
        known |= {(row.asset_id, row.kind, row.ex_date): row for row in actions.select_related("new_asset")}
    return known


def _record(source: Source, line: int, fields: dict[str, Any]) -> None:
    try:
        action_record(user=source.user, fields=fields)
    except ApplicationError as error:
        source.problems.add_all(error, line=line, columns=_COLUMN_OF)


def _compare(twin: CorporateAction, line: int, fields: dict[str, Any], *, imported: Imported) -> None:
    different = [name for name, value in fields.items() if getattr(twin, name) != value]
    imported.skipped += 1
    imported.changed += bool(different)
    for name in different:
        before = getattr(twin, name)
        text = plain(before) if isinstance(before, Decimal) else str(before or "nothing")
        detail = f"The {twin.kind} is known with {text} here; it was left as it is."
        imported.warn(line, _COLUMN_OF.get(name, name), detail, code="changed")
