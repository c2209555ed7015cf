"""A person who has something in every table of an archive, of sums that are easy to check and texts that are not."""

from datetime import date, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from analytics.services.targets import TargetInput, targets_replace
from core.actor import Actor, acting
from core.models import Account, Activity, User
from core.services import account_create, account_update, user_update
from ledger.models import Entry, MatchedRow
from ledger.services.balances import BalanceInput, balance_record
from ledger.services.bank_imports import FileInput, file_take
from ledger.services.budgets import BudgetInput, budget_create
from ledger.services.categories import CategoryTree, category_update
from ledger.services.entries import EntryInput, entries_delete, entry_record
from ledger.services.recurring import RecurringInput, recurring_create
from ledger.services.rules import RuleInput, rule_create
from ledger.services.terms import TermsInput, terms_change, terms_create
from portfolio.models import Asset, AssetAlias, Dividend, PriceSource, Transaction
from portfolio.services.actions import action_record
from portfolio.services.assets import asset_create
from portfolio.services.benchmarks import benchmark_choose
from portfolio.services.dividend_answers import dividend_dismiss, dividend_record
from portfolio.services.plans import PlanInput, plan_create
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transaction_delete, transaction_record

SINCE = date(2026, 1, 5)
NASTY = '=HYPERLINK("http://x")\u202e "naïve", 日本\n\t;'
STATEMENT = b"Date,Narration,Amount\n2026-03-01,Coffee,-3.5\n2026-03-01,Coffee,-3.5\n2026-03-02,Salary,100\n"


class Rich:
    """Each part is made through the services that everybody uses."""

    def __init__(self, person: User) -> None:
        self.person = person
        user_update(user=person, changes={"preferences": {"b": [1, 2.5, 1e22, None], "a": NASTY}, "name": NASTY})
        self.broker = person.accounts.get(is_default=True)
        self.bank = self.account("Bank", "bank")
        self.dollars = self.account("Dollars", "broker", currency="USD", tracks_cash=True, cost_method="average")
        self.deposit = self.account("Deposit", "deposit")
        self.assets()
        self.trades()
        self.money()
        self.plans()
        self.edits()

    def account(self, name: str, kind: str, **fields: Any) -> Account:
        return account_create(user=self.person, fields={"name": name, "kind": kind, "currency": "INR", **fields})

    def asset(self, symbol: str, owner: User | None = None, **fields: Any) -> Asset:
        told = {"symbol": symbol, "name": f"{symbol} {NASTY}", "asset_class": "stock", "currency": "INR", **fields}
        return asset_create(owner=owner, fields=told)

    def assets(self) -> None:
        self.share = self.asset("SHARE.NS", isin="INE000A01020", sector="Banks", market_cap="large")
        PriceSource.objects.create(asset=self.share, provider="yahoo", symbol="SHARE.NS", exchange="NSI")
        AssetAlias.objects.create(asset=self.share, symbol="OLDSHARE.NS", until=SINCE)
        self.heir = self.asset("HEIR.NS")
        self.fund = self.asset("120503", asset_class="mutual_fund", amfi_code="120503")
        self.apple = self.asset("AAPL", currency="USD")
        self.index = self.asset("^INDEX", asset_class="index")
        self.pair = self.asset("USDINR=X", asset_class="fx")
        self.own = self.asset("OWN", owner=self.person, asset_class="other")
        PriceSource.objects.create(asset=self.own, provider="fixed", symbol="OWN")
        days = [date(2025, 12, 31), *(date(2026, month, 28) for month in range(1, 11))]
        for number, asset in enumerate(
            (self.share, self.heir, self.fund, self.apple, self.index, self.pair, self.own), start=1
        ):
            closes = {day: Decimal(number) / 7 + place for place, day in enumerate(days)}
            prices_record(closes={asset.pk: {day: round(close, 17) for day, close in closes.items()}})
        prices_record(closes={self.own.pk: {date(2026, 2, 1): Decimal("0.000000012345")}})
        for kind, ratio, more in (
            ("split", Decimal("2.5"), {}),
            ("spinoff", Decimal("0.1"), {"new_asset": self.heir, "cost_fraction": Decimal("0.123456789012345678")}),
        ):
            fields = {"asset": self.share, "kind": kind, "ex_date": date(2026, 5, 4), "ratio": ratio, **more}
            action_record(user=None, fields=fields)
        action_record(
            user=self.person, fields={"asset": self.own, "kind": "bonus", "ex_date": SINCE, "ratio": Decimal(2)}
        )

    def trade(self, account: Account, asset: Asset | None, kind: str, day: date = SINCE, **fields: Any) -> Any:
        told: dict[str, Any] = {
            name: Decimal(value) if isinstance(value, str) else value for name, value in fields.items()
        }
        data = TransactionInput(account=account, asset=asset, kind=kind, date=day, **told)
        return transaction_record(user=self.person, data=data)

    def trades(self) -> None:
        self.trade(self.broker, self.share, "buy", quantity="10.123456789012345678", price="1.1", fee="0.5", tax="0.1")
        self.trade(self.broker, self.fund, "buy", time=time(9, 15, 1, 250), quantity="3", amount="5.0001")
        self.trade(self.dollars, None, "deposit", amount="1000", fx_rate=None)
        self.trade(self.dollars, self.apple, "buy", date(2026, 2, 2), quantity="5", price="12.5")
        self.trade(self.dollars, self.apple, "sell", date(2026, 6, 2), quantity="1.5", price="14", fee="1")
        self.trade(self.broker, self.own, "buy", date(2026, 2, 3), quantity="7", price="2")
        sold = self.trade(self.broker, self.share, "sell", date(2026, 7, 1), quantity="2", price="9")
        Transaction.objects.filter(pk=sold.pk).update(note=NASTY, external_id="=cmd|1")
        transaction_delete(transaction=self.trade(self.broker, self.fund, "fee", amount="1"))
        for day in (date(2026, 3, 3), date(2026, 4, 3), date(2026, 6, 3)):
            Dividend.objects.create(
                asset=self.share, ex_date=day, amount=Decimal("0.333333333333333333"), currency="INR"
            )
        first, second, _ = Dividend.objects.order_by("ex_date")
        dividend_record(user=self.person, dividend=first, account=self.broker)
        dividend_dismiss(user=self.person, dividend=second, account=self.broker)
        benchmark_choose(user=self.person, asset=self.index)

    def entry(
        self, kind: str, amount: str, *, day: date = SINCE, account: Account | None = None, **fields: Any
    ) -> Entry:
        data = EntryInput(account=account or self.bank, kind=kind, date=day, amount=Decimal(amount), **fields)
        return entry_record(user=self.person, data=data)

    def money(self) -> None:
        tree = CategoryTree(self.person)
        vegetables, food = tree.at("expense", "Vegetables"), tree.at("expense", "Food:Eating out")
        category_update(category=vegetables, changes={"parent": food.parent})  # below one that came later
        self.food, self.salary = food, tree.at("income", "Salary")
        self.entry(
            "expense", "12.3456", category=vegetables, payee=NASTY, note=NASTY, tags=("a", "ü"), external_id="+1"
        )
        self.entry("income", "50000", category=self.salary, day=date(2026, 2, 1))
        self.entry("expense", "20", currency="USD", account_amount=Decimal("1700.5"), category=food)
        self.entry("transfer", "100", to_account=self.dollars, to_amount=Decimal("1.2"), fee=Decimal("0.5"))
        self.entry("expense", "-3", day=date(2026, 3, 3), description="a refund")
        gone = self.entry("expense", "99", payee="Deleted")
        entries_delete(user=self.person, entries=Entry.objects.filter(pk=gone.pk))
        file = FileInput(file=BytesIO(STATEMENT), name="statement.csv")
        file_take(user=self.person, account=self.bank, data=file)
        again = FileInput(
            file=BytesIO(STATEMENT.replace(b"Coffee,-3.5\n2026-03-02", b"Tea,-7\n2026-03-02")), name="b.csv"
        )
        entry = self.entry("expense", "7", day=date(2026, 3, 1), payee="Tea")
        file_take(user=self.person, account=self.bank, data=again)
        if not MatchedRow.objects.filter(entry=entry).exists():
            raise AssertionError("The tea of the file is that which was entered.")
        balance_record(
            user=self.person, data=BalanceInput(account=self.deposit, date=SINCE, balance=Decimal("1000.0001"))
        )
        balance_record(
            user=self.person, data=BalanceInput(account=self.bank, date=date(2026, 4, 1), balance=Decimal(9))
        )

    def plans(self) -> None:
        budget_create(
            user=self.person,
            data=BudgetInput(amount=Decimal("300.5"), category=self.food, month=SINCE, carries_over=True),
        )
        budget_create(user=self.person, data=BudgetInput(amount=Decimal(1), starts_on=SINCE, currency="EUR"))
        conditions = (
            {"field": "account", "op": "is", "value": self.bank.pk},
            {"field": "amount", "op": "at_least", "value": "1.5"},
        )
        rule_create(
            user=self.person, data=RuleInput(name="Food", conditions=conditions, category=self.food, add_tags=("x",))
        )
        gone = self.account("Gone", "bank")
        rule_create(
            user=self.person,
            data=RuleInput(name="Gone", conditions=({"field": "account", "op": "is", "value": gone.pk},), payee="Z"),
        )
        gone.delete()
        terms = TermsInput(
            account=self.deposit, product="fixed_deposit", starts_on=SINCE, rates=((SINCE, Decimal("0.07123")),),
        )  # fmt: skip
        rates = ((SINCE, Decimal("0.07123")), (date(2026, 3, 1), Decimal("0.065")))
        terms_change(terms=terms_create(user=self.person, data=terms), data=_with(terms, rates=rates))
        rent = EntryInput(account=self.bank, kind="expense", date=SINCE, amount=Decimal("10.01"), category=self.food)
        recurring_create(user=self.person, data=RecurringInput(name="Rent", entry=rent, starts_on=date(2026, 8, 31)))
        plan_create(
            user=self.person,
            data=PlanInput(
                name="SIP", account=self.broker, asset=self.fund, amount=Decimal(20), starts_on=date(2026, 9, 5),
                tax_rate=Decimal("0.00005"),
            ),
        )  # fmt: skip
        by = {
            "account": [(str(self.broker.pk), "0.7"), (str(self.dollars.pk), "0.3")],
            "asset": [(str(self.own.pk), "0.5")],
        }
        for name, told in by.items():
            targets = [TargetInput(key, Decimal(weight)) for key, weight in told]
            if name == "asset":
                targets.append(TargetInput("cash", Decimal("0.5")))
            targets_replace(user=self.person, by=name, targets=targets)  # type: ignore[arg-type]

    def edits(self) -> None:
        """By the person themselves, by a command, and of what is gone."""
        with acting(Actor(user_id=self.person.pk, via=Activity.Via.SESSION, request_id="r-1")):
            account_update(account=self.bank, changes={"name": "Bank of India"})
            entries_delete(user=self.person, entries=Entry.objects.filter(user=self.person, payee="Tea"))
        gone = self.account("Short", "bank")
        account_update(account=gone, changes={"name": "Shorter"})
        gone.delete()


def _with(terms: TermsInput, **changes: Any) -> TermsInput:
    return TermsInput(**{**{name: getattr(terms, name) for name in terms.__dataclass_fields__}, **changes})
