"""Declares what of everyday money is in an archive, in the order in which rows name each other, and what is not."""

from core.archive.tables import leave_out, register, register_finish
from ledger.archive.entries import entry_tables, tree_finish
from ledger.archive.plans import plan_tables, sums_finish
from ledger.models import AccountYear, CategoryYear

_SUMS = "added up again from the entries"


def declare() -> None:
    register(*entry_tables(), *plan_tables())
    register_finish(tree_finish)
    register_finish(sums_finish)
    leave_out({AccountYear: _SUMS, CategoryYear: _SUMS})
