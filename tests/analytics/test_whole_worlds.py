"""Random households in the database: every day of the graph is what the oracle makes of the same rows."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pytest

from core.models import Account, User
from core.services import account_create
from ledger.models import Balance, Entry
from ledger.services.balances import BalanceInput, balance_record
from ledger.services.entries import EntryInput, entries_record
from portfolio.books.events import Entry as Trade
from portfolio.models import Asset
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transaction_record
from tests.analytics.conftest import NET_WORTH, TODAY, travel
from tests.oracle.walk import walk
from tests.oracle.world import Account as Purse
from tests.oracle.world import Everyday, World

SPAN = 40
FIRST = TODAY - timedelta(days=SPAN)
DAYS = [FIRST + timedelta(days=n) for n in range(SPAN + 1)]
KINDS = ("bank", "wallet", "card", "loan", "deposit", "property", "broker", "broker")
CURRENCIES = ("INR", "USD", "EUR")
PAIRS = (("EURINR=X", 90), ("USDINR=X", 80))
SERIES = ("net_worth", "holdings", "cash", "other_assets", "liabilities", "net_contributions")


class Household:
    """Writes through the services what is drawn, and tells the same rows to the oracle."""

    def __init__(self, user: User, seed: int) -> None:
        self.user, self.random = user, Random(seed)
        self.accounts = [user.accounts.get(is_default=True), *map(self.account, range(len(KINDS)))]
        self.rates = {tuple_of(symbol): self.rate(symbol, typical) for symbol, typical in PAIRS}
        self.asset = Asset.objects.create(symbol="A", name="A", asset_class="stock", currency="INR")
        self.closes = {day: self.amount(100) for day in DAYS[::3]}
        prices_record(closes={self.asset.pk: self.closes})
        entries_record(user=user, rows=[self.entry() for _ in range(45)])
        self.trades = tuple(self.trade(number) for number in range(1, 9))
        for account in self.accounts:
            if account.keeps_money and self.random.random() < 0.6:
                for day in self.random.sample(DAYS, 2):
                    balance = -self.amount(5000) if account.kind == "loan" else self.amount(5000)
                    balance_record(user=user, data=BalanceInput(account=account, date=day, balance=balance))

    def account(self, number: int) -> Account:
        fields = {"name": f"{number}", "kind": KINDS[number], "currency": self.random.choice(CURRENCIES)}
        return account_create(user=self.user, fields={**fields, "tracks_cash": number == len(KINDS) - 1})

    def rate(self, symbol: str, typical: int) -> dict[date, Decimal]:
        pair = Asset.objects.create(symbol=symbol, name=symbol, asset_class="fx", currency=symbol[3:6])
        rates = {day: typical + self.amount(5) for day in DAYS if day == FIRST or self.random.random() < 0.6}
        prices_record(closes={pair.pk: rates})
        return rates

    def amount(self, most: int) -> Decimal:
        return Decimal(self.random.randrange(1, most * 10_000)) / 10_000

    def entry(self) -> EntryInput:
        account, other = self.random.sample(self.accounts, 2)
        kind, currency = self.random.choice(("expense", "income", "transfer")), self.random.choice(CURRENCIES)
        is_transfer, said = kind == "transfer", self.random.random() < 0.5
        return EntryInput(
            account=account,
            kind=kind,
            date=self.random.choice(DAYS),
            amount=self.amount(1000),
            currency=currency,
            account_amount=self.amount(1000) if said and currency != account.currency else None,
            to_account=other if is_transfer else None,
            to_amount=self.amount(1000) if is_transfer and said and currency != other.currency else None,
            fee=self.amount(9) if is_transfer and said else Decimal(0),
        )

    def trade(self, number: int) -> Trade:
        """Deposits in any currency, and purchases of whole shares, in the account that tracks its cash."""
        account, day = self.accounts[-1], self.random.choice(DAYS)
        if number % 2:
            money, currency = self.amount(3000), self.random.choice(CURRENCIES)
            data = TransactionInput(
                account=account, asset=None, kind="deposit", date=day, amount=money, currency=currency
            )
            transaction_record(user=self.user, data=data)
            return Trade(number, account.pk, None, "deposit", day, currency, gross=money)
        price = self.amount(100)
        bought: dict[str, Any] = {"quantity": Decimal(3), "price": price}
        data = TransactionInput(account=account, asset=self.asset, kind="buy", date=day, **bought)
        transaction_record(user=self.user, data=data)
        return Trade(number, account.pk, self.asset.pk, "buy", day, "INR", Decimal(3), 3 * price)

    def world(self, base: str) -> World:
        """As the rows say."""
        purses = {
            row.pk: Purse(row.pk, row.currency, tracks_cash=row.tracks_cash, kind=row.kind) for row in self.accounts
        }
        names = (
            "account_id",
            "kind",
            "date",
            "amount",
            "currency",
            "to_account_id",
            "account_amount",
            "to_amount",
            "fee",
        )
        stated = Balance.objects.values_list("account_id", "date", "balance")
        return World(
            accounts=purses,
            assets={self.asset.pk: "INR"},
            entries=self.trades,
            first=DAYS[0],
            last=TODAY,
            closes={self.asset.pk: self.closes},
            rates=self.rates,
            base=base,
            everyday=tuple(Everyday(*row) for row in Entry.objects.values_list(*names)),
            statements={(account, day): balance for account, day, balance in stated},
        )


def tuple_of(symbol: str) -> tuple[str, str]:
    return symbol[:3], symbol[3:6]


@pytest.mark.parametrize("seed", range(8))
def test_every_day_of_the_graph_is_what_the_oracle_says(asha, asha_api, seed):
    with travel(TODAY):
        household = Household(asha, seed)
        for base in CURRENCIES:
            body = asha_api.get(NET_WORTH, {"currency": base}).json()
            days = {str(day.day): day for day in walk(household.world(base)).days}
            assert body["dates"][-1] == TODAY.isoformat()
            for name in SERIES:
                expected = [float(getattr(days[day], name)) for day in body["dates"]]
                np.testing.assert_allclose(
                    body["series"][name], expected, rtol=1e-9, atol=1e-5, err_msg=f"{name} {base}"
                )
            before = [day for key, day in days.items() if key < body["dates"][0]]
            assert all(day.net_worth == day.net_contributions == 0 for day in before)


@pytest.mark.parametrize("seed", range(3))
def test_accounts_add_up_to_the_whole(asha, asha_api, seed):
    with travel(TODAY):
        household = Household(asha, seed)
        whole = asha_api.get(NET_WORTH).json()
        sums = np.zeros((2, len(whole["dates"])))
        for account in household.accounts:
            part = asha_api.get(NET_WORTH, {"account": account.pk}).json()
            if part["dates"]:
                begins = whole["dates"].index(part["dates"][0])
                sums[:, begins:] += [part["series"][name] for name in ("net_worth", "liabilities")]
        np.testing.assert_allclose(sums[0], whole["series"]["net_worth"], rtol=1e-9, atol=1e-5)
        np.testing.assert_allclose(sums[1], whole["series"]["liabilities"], rtol=1e-9, atol=1e-5)
