"""From validated fields of requests to what the services of transactions take: ids and symbols become rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import FieldError, InvalidInput
from core.models import Account, User
from core.selectors import accounts_of
from portfolio.models import Asset, Transaction
from portfolio.selectors import assets_by_ids, assets_by_symbol
from portfolio.services.transaction_checks import MOST_ERRORS
from portfolio.services.transactions import TransactionInput

Fields = Mapping[str, Any]

_KEPT = ("kind", "date", "time", "quantity", "price", "fee", "tax", "amount", "fx_rate", "note", "external_id")


def inputs_of(user: User, rows: Sequence[Fields], *, numbered: bool = False) -> list[TransactionInput]:
    """`numbered`: errors name row and field, `3.asset`."""
    known = _Known.of(user, rows)
    errors = [
        replace(error, attr=f"{index}.{error.attr}") if numbered else error
        for index, row in enumerate(rows)
        for error in known.errors(row)
    ]
    if errors:
        raise InvalidInput.many(errors[:MOST_ERRORS])
    return [known.input(row) for row in rows]


def stored_fields(row: Transaction, changes: Fields) -> dict[str, Any]:
    """What a partial change leaves as it is. The currency goes with the asset, or else with the account."""
    kept = {name: getattr(row, name) for name in _KEPT}
    kept["account_id"] = row.account_id
    moves_asset = "asset_id" in changes or "asset" in changes
    if not moves_asset:
        kept["asset_id"] = row.asset_id
    if not moves_asset and (row.asset_id is not None or "account_id" not in changes):
        kept["currency"] = row.currency
    return kept


@dataclass(frozen=True, slots=True)
class _Known:
    """The accounts and assets that some rows name, as far as the person can see them."""

    accounts: dict[int, Account]
    default: Account
    assets: dict[int, Asset]
    by_symbol: dict[str, Asset]

    @classmethod
    def of(cls, user: User, rows: Sequence[Fields]) -> "_Known":
        accounts = list(accounts_of(user))
        return cls(
            accounts={account.pk: account for account in accounts},
            default=next(account for account in accounts if account.is_default),
            assets=assets_by_ids(user, {pk for row in rows if (pk := row.get("asset_id")) is not None}),
            by_symbol=assets_by_symbol(user, {symbol for row in rows if (symbol := _symbol(row))}),
        )

    def errors(self, row: Fields) -> list[FieldError]:
        symbol, asset_id = _symbol(row), row.get("asset_id")
        errors: list[FieldError] = []
        if row.get("account_id", self.default.pk) not in self.accounts:
            errors.append(FieldError("account", "does_not_exist", "There is no such account."))
        if asset_id is not None and asset_id not in self.assets:
            errors.append(FieldError("asset", "does_not_exist", "There is no such asset."))
        elif symbol and asset_id is not None and self.assets[asset_id].symbol != symbol:
            errors.append(FieldError("symbol", "contradiction", "Names another asset than `asset` does."))
        elif symbol and asset_id is None and symbol not in self.by_symbol:
            errors.append(FieldError("symbol", "does_not_exist", f"There is no asset {symbol}."))
        return errors

    def input(self, row: Fields) -> TransactionInput:
        """Of a row without errors."""
        plain = {name: value for name, value in row.items() if name not in ("account_id", "asset_id", "asset")}
        return TransactionInput(
            account=self.accounts[row.get("account_id", self.default.pk)], asset=self._asset(row), **plain
        )

    def _asset(self, row: Fields) -> Asset | None:
        if row.get("asset_id") is not None:
            return self.assets[row["asset_id"]]
        symbol = _symbol(row)
        return self.by_symbol[symbol] if symbol else None


def _symbol(row: Fields) -> str:
    return ((row.get("asset") or {}).get("symbol") or "").strip().upper()
