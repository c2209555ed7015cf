"""What every account that keeps money stands at on a day, and in all."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from analytics.account_days import AccountDays, account_days_load
from analytics.amounts import amount_of, less, total
from analytics.money_inputs import OTHER_ASSETS
from analytics.rates import missing_rates
from analytics.statements import check_of
from core.models import Account, User
from core.selectors import accounts_of
from portfolio.prices.live_closes import Now

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Statement:
    """The last one by the day. difference: stated less expected, None where that is not known."""

    date: dt.date
    balance: Decimal
    difference: Decimal | None
    agreed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of an account at the end of a day, in its own currency; value: of the worth, in the asked one."""

    account: Account
    balance: Decimal | None
    accrued: Decimal | None
    worth: Decimal | None
    value: Decimal | None
    statement: Statement | None

    @property
    def part(self) -> str:
        """Of the net worth, to which its value belongs."""
        if self.worth is not None and self.worth < 0:
            return "liabilities"
        return "other_assets" if self.account.kind in OTHER_ASSETS else "cash"


@dataclass(frozen=True, slots=True)
class Totals:
    """In the asked currency: net = cash + other_assets - liabilities."""

    cash: Decimal | None
    other_assets: Decimal | None
    liabilities: Decimal | None

    @property
    def net(self) -> Decimal | None:
        return less(total(self.cash, self.other_assets), self.liabilities)


def standings(
    user: User, *, as_of: dt.date, currency: str, now: Now | None = None
) -> tuple[list[Standing], list[dict[str, str]]]:
    """By name of the account, and why some values are not known."""
    days = account_days_load(user, currency=currency, last=as_of, now=now)
    accounts = [account for account in accounts_of(user).order_by("name", "pk") if account.keeps_money]
    found = [_standing(account, days.get(account.pk), as_of) for account in accounts]
    unknown = {code for row in found if row.value is None for code in days[row.account.pk].unknown}
    return found, missing_rates(sorted(unknown), currency)


def totals(rows: list[Standing]) -> Totals:
    by_part = {
        part: total(*(row.value for row in rows if row.part == part))
        for part in ("cash", "other_assets", "liabilities")
    }
    return Totals(by_part["cash"], by_part["other_assets"], less(NONE, by_part["liabilities"]))


def _standing(account: Account, days: AccountDays | None, as_of: dt.date) -> Standing:
    if days is None:
        return Standing(account, NONE, NONE, NONE, NONE, None)
    return Standing(
        account=account,
        balance=amount_of(float(days.balance[-1])),
        accrued=amount_of(float(days.accrued[-1])),
        worth=amount_of(float(days.balance[-1] + days.accrued[-1])),
        value=amount_of(float(days.value[-1])),
        statement=_statement(days, as_of),
    )


def _statement(days: AccountDays, as_of: dt.date) -> Statement | None:
    day = max((day for day in days.stated if day <= as_of), default=None)
    if day is None:
        return None
    check = check_of(days, day, days.stated[day])
    return Statement(day, days.stated[day], check.difference, check.agreed_on)
