"""Make the demo person, or add to them what has happened since: through the same services as everybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from core.days import today_for
from core.locks import everyone_lock
from core.models import Account, User
from core.signals import demo_built
from portfolio.demo.assets import ASSETS, DemoAsset
from portfolio.demo.market import closes_until
from portfolio.demo.person import accounts_ensure, person_ensure, person_forget
from portfolio.demo.plan import COMPARED
from portfolio.demo.story import Event, Prices, Story
from portfolio.models import Asset, CorporateAction, PriceSource, Transaction
from portfolio.services.actions import action_record
from portfolio.services.assets import asset_create
from portfolio.services.benchmarks import benchmark_choose
from portfolio.services.prices import prices_record
from portfolio.services.sources import source_set
from portfolio.services.transactions import TransactionInput, transactions_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """password: None where only its digest is known. added: transactions that were not there before."""

    person: User
    password: str | None
    first_day: date
    added: int


@transaction.atomic
def demo_build(*, fresh: bool = False) -> Built:
    """fresh: forget the demo person first, with whatever was changed in their name."""
    everyone_lock()  # before the person and their assets, which the parts lock in their own orders
    if fresh:
        person_forget()
    person, password = person_ensure()
    accounts, assets = accounts_ensure(person), _assets_ensure(person)
    today = today_for(person)
    prices = closes_until(ASSETS, today)
    _prices_append(assets, prices)
    _actions_ensure(person, assets, today)
    for index in COMPARED:
        benchmark_choose(user=person, asset=assets[index.symbol])
    events = Story(prices).until(today)
    added = _events_append(person, events, accounts=accounts, assets=assets)
    demo_built.send(sender=User, person=person)
    return Built(person=person, password=password, first_day=events[0].day, added=added)


def _assets_ensure(person: User) -> dict[str, Asset]:
    """With the model market as the provider of their prices, so that a demo that runs on goes on."""
    assets = {asset.symbol: asset for asset in Asset.objects.filter(owner=person)}
    for demo in ASSETS:
        if demo.symbol not in assets:
            assets[demo.symbol] = asset_create(owner=person, fields=_fields(demo))
        source_set(asset=assets[demo.symbol], provider=PriceSource.Provider.FIXED, symbol=demo.symbol)
    return assets


def _fields(demo: DemoAsset) -> dict[str, str]:
    names = ("symbol", "name", "asset_class", "currency", "sector", "market_cap")
    return {name: getattr(demo, name) for name in names}


def _prices_append(assets: Mapping[str, Asset], prices: Prices) -> None:
    """Only the days after those that are stored: earlier ones do not change."""
    closes: dict[int, dict[date, Decimal | None]] = {}
    for symbol, days in prices.items():
        stored = assets[symbol].prices_to or date.min
        new = {day: close for day, close in days.items() if day > stored}
        if new:
            closes[assets[symbol].pk] = {**new}
    prices_record(closes=closes)


def _actions_ensure(person: User, assets: Mapping[str, Asset], today: date) -> None:
    owned = CorporateAction.objects.filter(asset__owner=person)
    known = set(owned.values_list("asset__symbol", "kind", "ex_date"))
    for demo in ASSETS:
        for split in demo.splits:
            if split.ex_date <= today and (demo.symbol, split.kind, split.ex_date) not in known:
                fields = {
                    "asset": assets[demo.symbol],
                    "kind": split.kind,
                    "ex_date": split.ex_date,
                    "ratio": Decimal(split.ratio),
                    "cash_per_share": Decimal(0),
                }
                action_record(user=person, fields=fields)


def _events_append(
    person: User, events: Sequence[Event], *, accounts: Mapping[str, Account], assets: Mapping[str, Asset]
) -> int:
    known = set(Transaction.objects.filter(user=person).values_list("external_id", flat=True))
    rows = [_input(event, accounts=accounts, assets=assets) for event in events if event.key not in known]
    if rows:
        transactions_record(user=person, rows=rows)
    return len(rows)


def _input(event: Event, *, accounts: Mapping[str, Account], assets: Mapping[str, Asset]) -> TransactionInput:
    return TransactionInput(
        account=accounts[event.account],
        asset=None if event.asset is None else assets[event.asset.symbol],
        kind=event.kind,
        date=event.day,
        quantity=event.quantity,
        price=event.price,
        amount=event.amount,
        fee=event.fee,
        tax=event.tax,
        note=event.note,
        external_id=event.key,
    )
