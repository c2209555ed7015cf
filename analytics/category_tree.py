"""The categories of a person in the order in which one reads them, as rows of sums."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import BoolArray, IntArray
from analytics.engine.spending import NO_PARENT
from ledger.models import Category
from ledger.selectors import SEPARATOR

EXPENSE, INCOME = str(Category.Kind.EXPENSE), str(Category.Kind.INCOME)
KINDS = (EXPENSE, INCOME)
Key = tuple[str, int | None]
"""(kind, category; None for what has none)"""
_Known = Mapping[int, tuple[str, int | None, str]]
"""By id: kind, parent and name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A category; `category`, `name` and `path` are None of what has none."""

    kind: str
    category: int | None
    parent_id: int | None = None
    name: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """Of each kind, what is below a category directly after it, and last what has none.

    parent: (lines,) row of the line above, NO_PARENT at the top.
    """

    lines: tuple[Line, ...]
    rows: Mapping[Key, int]
    parent: IntArray

    def row(self, kind: str, category: int | None) -> int:
        """A category that was made or deleted while this is read counts for now as none."""
        return self.rows.get((kind, category), self.rows[kind, None])

    def row_of(self, category: int) -> int | None:
        """Whatever its kind; None where the person has no such category."""
        return next((row for kind in KINDS if (row := self.rows.get((kind, category))) is not None), None)

    def path(self, kind: str, category: int | None) -> str | None:
        return self.lines[self.row(kind, category)].path

    def of_kind(self, kind: str) -> BoolArray:
        """(lines,) which ones are."""
        return np.array([line.kind == kind for line in self.lines], bool)

    def categories(self, shown: BoolArray) -> list[int]:
        """Those of the lines (lines,) that are shown."""
        return [pk for row in np.flatnonzero(shown).tolist() if (pk := self.lines[row].category) is not None]

    def below(self, row: int) -> BoolArray:
        """(lines,) the line itself and all below it."""
        found = np.zeros(len(self.lines), bool)
        for line, above in enumerate(self.parent.tolist()):  # those above come first
            found[line] = line == row or (above != NO_PARENT and found[above])
        return found


def tree_load(user_id: int) -> Tree:
    rows = Category.objects.filter(user_id=user_id).values_list("pk", "kind", "parent_id", "name")
    return _tree({pk: (kind, parent, name) for pk, kind, parent, name in rows})


def _tree(known: _Known) -> Tree:
    names = {pk: _names(pk, known) for pk in known}
    lines: list[Line] = []
    for kind in KINDS:
        own = [pk for pk in known if known[pk][0] == kind]
        for pk in sorted(own, key=lambda pk: [name.casefold() for name in names[pk]]):
            lines.append(Line(kind, pk, known[pk][1], names[pk][-1], SEPARATOR.join(names[pk])))
        lines.append(Line(kind, None))
    place = {(line.kind, line.category): row for row, line in enumerate(lines)}
    above = [NO_PARENT if line.parent_id is None else place[line.kind, line.parent_id] for line in lines]
    return Tree(tuple(lines), place, np.array(above, np.int64))


def _names(pk: int, known: _Known) -> list[str]:
    """From the top down."""
    names: list[str] = []
    above: int | None = pk
    while above is not None:
        _, above, name = known[above]
        names.insert(0, name)
    return names


UNDIVIDED = _tree({})
"""All of a kind in one line, for who needs no more than the whole."""
