"""What every kind of import starts from, and what it answers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from core.errors import FieldError
from core.models import User
from portfolio.imports.problems import MOST, Problems, address
from portfolio.imports.progress import Progress
from portfolio.imports.table import Columns, Row, rows_read
from portfolio.models import Asset
from portfolio.services.import_assets import Symbols

Parsed = TypeVar("Parsed")

SHARED = "{} is in the shared catalogue, which only staff can change."
OWN_RATES = " For rates of your own make a private asset with this symbol, of the class fx: POST /api/v1/assets/."


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file, whose it is, and what it may do."""

    user: User | None
    raw: bytes
    create_assets: bool
    catalogue: bool
    progress: Progress
    problems: Problems

    def rows(self, columns: Columns, parse: Callable[[Iterable[Row], Problems], Iterator[Parsed]]) -> list[Parsed]:
        """The rows that can be read; what is wrong with the others is noted."""
        rows = rows_read(self.raw, columns, self.problems)
        watched = self.progress.rows("Reading", rows, total=self.raw.count(b"\n"))
        return list(parse(watched, self.problems))

    def symbols(self, names: Iterable[str]) -> Symbols:
        symbols = Symbols(owner=self.user, create=self.create_assets, problems=self.problems)
        symbols.load(names)
        return symbols

    def may_write(self, asset: Asset, *, line: int) -> bool:
        """Whether facts of this asset are the importer's to state; if not, that is noted."""
        if self.catalogue or asset.owner_id is not None:
            return True
        # Without live prices nobody but the person may be there to enter rates, and what they own has no value without.
        hint = OWN_RATES if asset.asset_class == Asset.Class.FX else ""
        self.problems.add(line, "symbol", SHARED.format(asset.symbol) + hint, code="shared")
        return False


@dataclass(slots=True, kw_only=True)
class Imported:
    """What an import did. changed: of prices, closes that were replaced; of others, rows that are known with other
    contents, which stay as they are and are named in the warnings."""

    rows: int
    created: int = 0
    skipped: int = 0
    changed: int = 0
    possible_duplicates: int = 0
    created_assets: list[str] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)

    def warn(self, line: int, column: str | None, detail: str, *, code: str) -> None:
        if len(self.warnings) < MOST:
            self.warnings.append(FieldError(address(line, column), code, detail))


class Importer(Protocol):
    def __call__(self, source: Source, /) -> Imported: ...
