"""Random portfolios: a price of now shows on every page what a stored close of its day would show."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from core.models import Account, User
from core.services import account_create
from portfolio.models import Asset
from portfolio.services.actions import action_record
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transaction_record
from tests.analytics.conftest import HOLDINGS, NET_WORTH, SUMMARY, TODAY, travel
from tests.analytics.test_live import quote

SPAN = 25
FIRST = TODAY - timedelta(days=SPAN)
DAYS = [FIRST + timedelta(days=n) for n in range(SPAN + 1)]
CENT = Decimal("0.01")


class World:
    """Some accounts, assets and pairs whose closes end some days ago, trades of every kind, and perhaps a split."""

    def __init__(self, user: User, seed: int) -> None:
        self.user, self.random = user, Random(seed)
        self.accounts = [user.accounts.get(is_default=True), self.account("USD"), self.account("INR")]
        self.assets = [self.asset(f"A{n}", currency) for n, currency in enumerate(("INR", "INR", "USD", "USD", "EUR"))]
        pairs = (("USDINR=X", "INR", 80), ("EURUSD=X", "USD", 1))
        self.pairs = [self.asset(symbol, currency, "fx") for symbol, currency, _ in pairs]
        self.typical = {asset: Decimal(100) for asset in self.assets} | {
            pair: Decimal(rate) for pair, (_, _, rate) in zip(self.pairs, pairs, strict=True)
        }
        self.ends = {asset: self.random.choice(DAYS[:-1]) for asset in self.typical}
        for asset, end in self.ends.items():
            days = [day for day in DAYS if day <= end and (day == FIRST or self.random.random() < 0.6)]
            prices_record(closes={asset.pk: {day: self.price(asset) for day in days}})
        self.trade()

    def account(self, currency: str) -> Account:
        fields = {"name": currency, "currency": currency, "tracks_cash": self.random.random() < 0.7}
        return account_create(user=self.user, fields=fields)

    def asset(self, symbol: str, currency: str, asset_class: str = "stock") -> Asset:
        return Asset.objects.create(symbol=symbol, name=symbol, currency=currency, asset_class=asset_class)

    def price(self, asset: Asset) -> Decimal:
        return (self.typical[asset] * Decimal(self.random.uniform(0.9, 1.1))).quantize(CENT)

    def trade(self) -> None:
        held: dict[tuple[int, int], int] = {}
        for day in sorted(self.random.choices([*DAYS, TODAY, TODAY - timedelta(days=1)], k=20)):
            account, asset = self.random.choice(self.accounts), self.random.choice(self.assets)
            kind = self.random.choice(("buy", "buy", "transfer_in", "sell", "sell", "transfer_out", "dividend"))
            have = held.get((account.pk, asset.pk), 0)
            if kind in ("sell", "transfer_out"):
                if not have:
                    continue
                count = self.random.choice((have, 1))
                held[account.pk, asset.pk] = have - count
            else:
                count = self.random.randint(1, 9)
                held[account.pk, asset.pk] = have + (count if kind != "dividend" else 0)
            self.enter(account, asset, kind=kind, day=day, count=count)
        if self.random.random() < 0.7:
            fields = {"asset": self.random.choice(self.assets), "kind": "split", "ratio": Decimal(2)}
            action_record(user=None, fields={**fields, "ex_date": self.random.choice([*DAYS[-4:], TODAY])})

    def enter(self, account: Account, asset: Asset, *, kind: str, day: date, count: int) -> None:
        fields: dict[str, Any] = {"quantity": Decimal(count), "price": self.price(asset)}
        if kind == "dividend":
            fields = {"amount": Decimal(count)}
        elif kind == "transfer_out":
            fields = {"quantity": Decimal(count)}
        data = TransactionInput(account=account, asset=asset, kind=kind, date=day, **fields)
        transaction_record(user=self.user, data=data)

    def quotes(self) -> dict[Asset, tuple[date, Decimal]]:
        """Of some of them, each of a day after its last close."""
        chosen = [asset for asset in self.typical if self.random.random() < 0.6]
        return {
            asset: (self.random.choice([day for day in DAYS if day > self.ends[asset]]), self.price(asset))
            for asset in chosen
        }


def seen(api: Any, world: World) -> list[Any]:
    """Every page, without the words that say which prices are live."""
    euro, scope = {"currency": "EUR"}, {"account": world.accounts[1].pk}
    pages: list[Any] = []
    for page in (NET_WORTH, SUMMARY, HOLDINGS):
        for query in ({}, euro, scope, {**euro, **scope}):
            body = api.get(page, query).json()
            for part in (body, *body.get("results", [])):
                part.pop("price_at", None), part.pop("is_live", None)
            pages.append(body)
    days = (TODAY - timedelta(days=back) for back in (1, 2, 5))
    pages += [api.get(SUMMARY, {"to": day}).json()["net_worth"] for day in days]
    return pages


@pytest.mark.parametrize("seed", range(12))
def test_a_quote_shows_what_a_close_of_its_day_would(asha, asha_api, seed):
    with travel(TODAY):
        world = World(asha, seed)
        stored, quotes = seen(asha_api, world), world.quotes()
        for asset, (day, price) in quotes.items():
            quote(asset, str(price), day=day)
        live = seen(asha_api, world)
        prices_record(closes={asset.pk: {day: price} for asset, (day, price) in quotes.items()})

        assert live == seen(asha_api, world)
        assert live != stored or not quotes


@pytest.mark.parametrize("seed", range(4))
def test_positions_add_up_to_the_last_point(asha, asha_api, seed):
    with travel(TODAY):
        world = World(asha, seed)
        for asset, (day, price) in world.quotes().items():
            quote(asset, str(price), day=day, previous=str(price + 1))
        for query in ({}, {"currency": "EUR"}, {"account": world.accounts[2].pk}):
            pages = (SUMMARY, NET_WORTH, HOLDINGS)
            summary, graph, positions = (asha_api.get(page, query).json() for page in pages)
            last = graph["series"]["holdings"][-1]
            assert float(summary["holdings"]) == pytest.approx(last, abs=1e-6)
            assert float(positions["totals"]["market_value"]) == pytest.approx(last, abs=0.005)
            points = graph["series"]["net_worth"]
            given = graph["series"]["net_contributions"]
            change = points[-1] - points[-2] - (given[-1] - given[-2])
            assert float(summary["day_change"]) == pytest.approx(change, abs=1e-6)
