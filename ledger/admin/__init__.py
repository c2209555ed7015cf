"""The admin of everyday money: all that a person enters, written through the services."""

from ledger.admin import (  # noqa: F401  (registers them)
    balances,
    bank_imports,
    budgets,
    categories,
    entries,
    recurring,
    rules,
    terms,
)
