"""Everyday money as a person entered it, and the sums that are kept of it."""

from ledger.models.balance import Balance
from ledger.models.bank_import import BankImport, BankKey, ColumnMapping, MatchedRow
from ledger.models.budget import Budget
from ledger.models.category import Category
from ledger.models.entry import Entry
from ledger.models.recurring import RecurringEntry
from ledger.models.rule import Rule
from ledger.models.sums import AccountYear, CategoryYear
from ledger.models.terms import Terms, TermsRate

__all__ = [
    "AccountYear",
    "Balance",
    "BankImport",
    "BankKey",
    "Budget",
    "Category",
    "CategoryYear",
    "ColumnMapping",
    "Entry",
    "MatchedRow",
    "RecurringEntry",
    "Rule",
    "Terms",
    "TermsRate",
]
