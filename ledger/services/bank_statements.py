"""Which of the statements in a bank file is the one that goes into the account."""

from collections.abc import Iterator

from core.models import Account
from ledger.bank_files.items import Item, Refused, Row, Statement
from ledger.models import BankImport

SHOWN = 4
"""Digits of an account number by which its owner knows it."""


class Statements:
    """The one whose number is, or ends with, what was told; else of one that came into this account before; else the
    only one there is, unless its number came into another account."""

    def __init__(self, account: Account, told: str) -> None:
        self._account = account
        self._told = told.strip()
        rows = BankImport.objects.filter(user_id=account.user_id, undone_at=None).exclude(account_number="")
        pairs = set(rows.values_list("account_number", "account__name", "account_id"))
        self._before = {number for number, _, owner in pairs if owner == account.pk}
        self._elsewhere = {number: name for number, name, owner in pairs if owner != account.pk}
        self._found: dict[str, int] = {}
        self._rows_left_out: dict[str, int] = {}
        self._current = ""
        self._taken = ""
        self.is_meant = True

    def begin(self, statement: Statement) -> None:
        if statement.currency and statement.currency != self._account.currency:
            self._current, self.is_meant = statement.number, False
            if not self._others_may_follow(statement.number):
                raise self._other_currency(statement)
        else:
            self._current, self.is_meant = statement.number, self._is_meant(statement.number)
        self._found.setdefault(statement.number, statement.line)
        if self.is_meant and statement.number:
            self._check_only(statement)
            self._taken = statement.number

    def leave_out(self, item: Item) -> None:
        if isinstance(item, Row):
            self._rows_left_out[self._current] = self._rows_left_out.get(self._current, 0) + 1

    def left_out(self) -> Iterator[tuple[int, str]]:
        for number, count in self._rows_left_out.items():
            yield self._found[number], f"{count} rows are of the account {shown(number)}."

    def chosen(self) -> str:
        """The number of the account at the bank, empty where the file says none; refuses a file of others alone."""
        if self._found and not self._taken and "" not in self._found:
            raise self._other_account()
        return self._taken

    def _is_meant(self, number: str) -> bool:
        if self._told:
            return number == self._told or (len(self._told) >= SHOWN and number.endswith(self._told))
        if not number:
            return True
        return number in self._before or (not self._before and number not in self._elsewhere)

    def _others_may_follow(self, number: str) -> bool:
        return bool(self._told and not self._is_meant(number)) or bool(self._before and number not in self._before)

    def _check_only(self, statement: Statement) -> None:
        if self._taken and self._taken != statement.number:
            raise Refused(
                f"The file has several accounts, {shown(self._taken)} and {shown(statement.number)}: "
                "say account_number.",
                column="account_number",
                code="several_accounts",
            )

    def _other_account(self) -> Refused:
        numbers = ", ".join(map(shown, self._found))
        if self._told:
            return Refused(
                f"The file has no such account, but {numbers}.", column="account_number", code="unknown_account"
            )
        others = [name for number, name in self._elsewhere.items() if number in self._found]
        before = f"which came into {others[0]!r} before" if others else f"and what came before of {self._names()}"
        return Refused(
            f"The file is of the account {numbers}, {before}. To take it into {self._account.name!r}, say its "
            "account_number.",
            column="account_number",
            code="other_account",
        )

    def _names(self) -> str:
        return ", ".join(map(shown, sorted(self._before)))

    def _other_currency(self, statement: Statement) -> Refused:
        return Refused(
            f"The file is in {statement.currency}, and {self._account.name!r} in {self._account.currency}.",
            line=statement.line,
            column="currency",
            code="other_currency",
        )


def shown(number: str) -> str:
    """An account number as one shows it to others."""
    return f"…{number[-SHOWN:]}" if len(number) > 2 * SHOWN else number or "without number"
