"""What the demo person did, day by day: the plan carried out at the prices of the model market. Pure.

What happens on a day depends on earlier days alone, so a later day adds to the story and changes none of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import partial

from portfolio.demo.assets import ASSETS, EPOCH, DemoAsset
from portfolio.demo.market import SATURDAY
from portfolio.demo.plan import BUYS, PAYOUTS, SALES, US, US_SINCE, MonthlyBuy, Payout, Sale

RAISE = Decimal("1.08")
"""What the salary grows by each year, and with it what is put aside."""
TRADE_FEE = {"INR": Decimal("15"), "USD": Decimal("0.35")}
SPARE_DOLLARS = 15  # a month, above what is invested, for fees
CENT = Decimal("0.01")

Prices = Mapping[str, Mapping[date, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One transaction to be."""

    day: date
    kind: str
    account: str
    asset: DemoAsset | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    fee: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    note: str = ""

    @property
    def key(self) -> str:
        return f"demo-{self.day}-{self.kind}-{self.asset.symbol if self.asset else self.account}"


class Story:
    """What is held while the story is told."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._held: defaultdict[str, Decimal] = defaultdict(Decimal)

    def until(self, today: date) -> list[Event]:
        told: list[Event] = []
        for day, _, telling in sorted(_agenda(today), key=lambda item: item[:2]):
            if day <= today:
                told.extend(telling(self, day))
        return told

    def split(self, day: date, *, asset: DemoAsset, ratio: int) -> Iterator[Event]:
        self._held[asset.symbol] *= ratio
        yield from ()

    def deposit(self, day: date, *, planned: Decimal) -> Iterator[Event]:
        yield Event(day=day, kind="deposit", account=US, amount=planned + SPARE_DOLLARS, note="Monthly transfer")

    def buy(self, day: date, *, plan: MonthlyBuy) -> Iterator[Event]:
        price = self._price(plan.asset, day)
        quantity = _rounded(_amount(plan, day) / price, plan.places)
        if quantity:
            self._held[plan.asset.symbol] += quantity
            yield Event(
                day=day, kind="buy", account=plan.account, asset=plan.asset, quantity=quantity, price=price,
                fee=_fee(plan.asset),
            )  # fmt: skip

    def pay(self, day: date, *, plan: Payout) -> Iterator[Event]:
        held = self._held[plan.asset.symbol]
        if held:
            each = (self._price(plan.asset, day) * plan.fraction).quantize(Decimal("0.0001"))
            amount = (each * held).quantize(CENT)
            tax = (amount * plan.withheld).quantize(CENT)
            yield Event(day=day, kind="dividend", account=plan.account, asset=plan.asset, amount=amount, tax=tax)

    def sell(self, day: date, *, plan: Sale) -> Iterator[Event]:
        held = self._held[plan.asset.symbol]
        price, quantity = self._price(plan.asset, day), _rounded(held * plan.fraction, plan.places)
        if not quantity:
            return
        self._held[plan.asset.symbol] = held - quantity
        yield Event(
            day=day, kind="sell", account=plan.account, asset=plan.asset, quantity=quantity, price=price,
            fee=_fee(plan.asset), note=plan.note,
        )  # fmt: skip
        if plan.withdrawn:
            amount = (quantity * price * plan.withdrawn).quantize(CENT)
            yield Event(day=day, kind="withdrawal", account=plan.account, amount=amount, note=plan.note)

    def _price(self, asset: DemoAsset, day: date) -> Decimal:
        return self._prices[asset.symbol][day]


Agenda = Iterator[tuple[date, int, Callable[[Story, date], Iterator[Event]]]]


def _agenda(today: date) -> Agenda:
    """What happens, when, and in which order within a day."""
    for asset in ASSETS:
        for split in asset.splits:
            yield split.ex_date, 0, partial(Story.split, asset=asset, ratio=split.ratio)
    for month in _months(today):
        yield from _month(month)
    for sale in SALES:
        for year in range(sale.since.year, (today.year if sale.every_year else sale.since.year) + 1):
            yield _weekday(sale.since.replace(year=year)), 4, partial(Story.sell, plan=sale)


def _months(today: date) -> Iterator[date]:
    for year in range(EPOCH.year, today.year + 1):
        yield from (date(year, month, 1) for month in range(1, 13))


def _month(month: date) -> Agenda:
    buys = [plan for plan in BUYS if plan.since <= month <= plan.until]
    if month >= US_SINCE:
        planned = sum((_amount(plan, month) for plan in buys if plan.account == US), Decimal(0))
        yield _weekday(month), 1, partial(Story.deposit, planned=planned)
    for payout in PAYOUTS:
        if month.month in payout.months:
            yield _weekday(month.replace(day=payout.day)), 2, partial(Story.pay, plan=payout)
    for plan in buys:
        yield _weekday(month.replace(day=plan.day)), 3, partial(Story.buy, plan=plan)


def _weekday(day: date) -> date:
    """That day, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def _amount(plan: MonthlyBuy, day: date) -> Decimal:
    years = day.year - plan.since.year
    return (plan.amount * RAISE**years).quantize(Decimal(1))


def _fee(asset: DemoAsset) -> Decimal:
    return Decimal(0) if asset.asset_class == "mutual_fund" else TRADE_FEE[asset.currency]


def _rounded(quantity: Decimal, places: int) -> Decimal:
    return quantity.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)
