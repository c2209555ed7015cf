"""The assets that a file names by symbol, also by one of old: the person's own, the catalogue's, or made new."""

import re
from collections.abc import Iterable, Iterator

from core.errors import ApplicationError
from core.models import User
from core.money import CURRENCIES
from portfolio.imports.problems import Problems
from portfolio.models import Asset
from portfolio.selectors import assets_by_symbol
from portfolio.services.assets import asset_create

LONGEST_SYMBOL = 64  # as long as its column
_PAIR = re.compile(r"[A-Z]{6}=X")


class Symbols:
    """Assets by symbol as one owner sees them; without an owner, those of the catalogue.

    create: make what is unknown, as an asset of the owner. Whatever has no answer is noted as a problem.
    """

    def __init__(self, *, owner: User | None, create: bool, problems: Problems) -> None:
        self._owner = owner
        self._create = create
        self._problems = problems
        self._known: dict[str, Asset] = {}
        self.created: list[str] = []

    def load(self, symbols: Iterable[str]) -> None:
        """Read those that exist, in a few queries."""
        self._known |= assets_by_symbol(self._owner, set(symbols))

    def asset(self, symbol: str, *, line: int, column: str = "symbol", currency: str = "") -> Asset | None:
        """The asset that is meant; a new one is in `currency`, or else in the owner's own."""
        if symbol in self._known:
            return self._known[symbol]
        if not self._create:
            self._problems.add(line, column, f"There is no asset {symbol[:80]!r}.", code="unknown_symbol")
            return None
        return self._make(symbol, line=line, column=column, currency=currency)

    def _make(self, symbol: str, *, line: int, column: str, currency: str) -> Asset | None:
        is_pair = bool(_PAIR.fullmatch(symbol))
        code = currency or (symbol[3:6] if is_pair else "" if self._owner is None else self._owner.base_currency)
        wrong = list(_errors(symbol, code, column))
        for name, detail in wrong:
            self._problems.add(line, name, detail)
        if wrong:
            return None
        asset_class = Asset.Class.FX if is_pair else Asset.Class.STOCK
        fields = {"symbol": symbol, "name": symbol, "asset_class": asset_class, "currency": code}
        try:
            asset = asset_create(owner=self._owner, fields=fields)
        except ApplicationError as error:
            self._problems.add_all(error, line=line, columns={"symbol": column})
            return None
        self._known[symbol] = asset
        self.created.append(symbol)
        return asset


def _errors(symbol: str, currency: str, column: str) -> Iterator[tuple[str, str]]:
    if len(symbol) > LONGEST_SYMBOL:
        yield column, f"A symbol must not have more than {LONGEST_SYMBOL} characters."
    if not currency:
        yield "currency", f"Must say which currency {symbol[:LONGEST_SYMBOL]} is in, since that is new."
    elif currency not in CURRENCIES:
        yield "currency", f"{currency[:10]!r} is not an ISO 4217 currency code."
