"""The admin of everyday money: entries, categories, balances, budgets and rules; and to be looked at, what is made."""

from ledger.admin import (  # noqa: F401  (registers them)
    balances,
    budgets,
    categories,
    entries,
    made,
    rules,
)
