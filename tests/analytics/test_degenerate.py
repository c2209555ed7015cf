"""Every endpoint of the intelligence, asked by people of whom there is hardly anything to say, or something odd."""

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from math import isfinite
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator, FormatChecker

from analytics.models import HistoryMark
from core.models import Account, User
from core.services import account_create
from ledger.services.entries import EntryInput, entries_record
from ledger.services.terms import TermsInput, terms_create
from portfolio.models import Asset
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transactions_record
from tests.analytics.conftest import TODAY, enter
from tests.analytics.money_makers import entered, opened, stated
from tests.conftest import api_of

ROOT = "/api/v1/analytics/"
WAYS = ("asset_class", "sector", "currency", "account", "market_cap", "asset")
DAY = timedelta(days=1)
MEASURE = {"value", "reason", "observations", "peak", "trough", "recovery", "days"}
"""Keys of a measure; the last four are of a fall."""
Query = dict[str, Any]

ENDPOINTS: dict[str, Query] = {
    "summary": {},
    "net-worth": {},
    "performance": {},
    "risk": {},
    "allocation": {"history": "true"},
    "contribution": {},
    "health": {},
    "gains": {},
    "income": {},
    "projection": {"simulations": 100},
    "rebalancing": {},
}
"""Those that take a range, and what else they are asked."""
VARIANTS: list[tuple[str, Query]] = [
    *((name, {"by": by}) for name in ("contribution", "rebalancing", "targets") for by in WAYS),
    *(("allocation", {"by": by, "history": flag}) for by in WAYS for flag in ("true", "false")),
    *(("income", {"by": by}) for by in ("asset", "account")),
    *(("net-worth", {"interval": interval}) for interval in ("week", "month")),
    *(("performance", query) for query in ({"benchmark": "none"}, {"interval": "month"})),
    *(("risk", query) for query in ({"benchmark": "none"}, {"risk_free": "0.07", "window": 20})),
    *(("projection", query) for query in ({"goal": "1000000", "years": 1}, {"monthly": "-100", "simulations": 100})),
    *(("gains", query) for query in ({"method": "average"}, {"rules": "US"}, {"year": "2023-24"})),
    ("rebalancing", {"add": "1000", "sell": "false"}),
]


def steps(asset: Asset, prices: list[str]) -> date:
    """One close a day, the last of them today; the first of the days."""
    first = TODAY - DAY * (len(prices) - 1)
    prices_record(closes={asset.pk: {first + DAY * i: Decimal(price) for i, price in enumerate(prices)}})
    return first


def bought(user: User, asset: Asset, day: date, **fields: str) -> None:
    numbers = {"quantity": "10", "price": "100", **fields}
    enter(user.accounts.get(is_default=True), "buy", day.isoformat(), asset, **numbers)


def keeping(user: User, currency: str = "INR") -> Account:
    return account_create(user=user, fields={"name": "Bank", "currency": currency, "tracks_cash": True})


def nothing_at_all(user: User, asset: Asset) -> None:
    pass


def one_day_of_money(user: User, asset: Asset) -> None:
    enter(keeping(user), "deposit", "2024-01-10", amount="1000")


def bought_today(user: User, asset: Asset) -> None:
    steps(asset, ["100"])
    bought(user, asset, TODAY)


def bought_yesterday(user: User, asset: Asset) -> None:
    steps(asset, ["100", "110"])
    bought(user, asset, TODAY - DAY)


def never_priced(user: User, asset: Asset) -> None:
    bought(user, asset, date(2023, 11, 1))


def all_sold(user: User, asset: Asset) -> None:
    first = steps(asset, ["100", "105", "95"] * 14)
    bought(user, asset, first)
    enter(user.accounts.get(is_default=True), "sell", "2024-01-05", asset, quantity="10", price="95")


def sold_and_paid_later(user: User, asset: Asset) -> None:
    all_sold(user, asset)
    enter(user.accounts.get(is_default=True), "dividend", "2024-01-09", asset, amount="50")


def only_losses(user: User, asset: Asset) -> None:
    bought(user, asset, steps(asset, [str(1000 - i) for i in range(60)]), price="1000")


def zero_variance(user: User, asset: Asset) -> None:
    bought(user, asset, steps(asset, ["100"] * 60))


def given_for_nothing(user: User, asset: Asset) -> None:
    """No flow, no cost, no price: all cash flows are none."""
    account = user.accounts.get(is_default=True)
    enter(account, "transfer_in", "2023-12-01", asset, quantity="5", amount="0")


def only_money_taken_out(user: User, asset: Asset) -> None:
    enter(keeping(user), "withdrawal", "2023-12-01", amount="1000")


def only_money(user: User, asset: Asset) -> None:
    enter(keeping(user), "deposit", "2023-11-01", amount="1000")


def more_owed_than_owned(user: User, asset: Asset) -> None:
    bank = keeping(user)
    first = steps(asset, ["100"] * 30 + ["40"] * 10)
    enter(bank, "deposit", first.isoformat(), amount="100")
    enter(bank, "buy", first.isoformat(), asset, quantity="10", price="100")


def without_a_rate(user: User, asset: Asset) -> None:
    """Euros, which no pair leads from, beside rupees."""
    euro = Asset.objects.create(symbol="SAP", name="SAP", asset_class="stock", currency="EUR")
    bought(user, asset, steps(asset, ["100", "110"] * 20))
    steps(euro, ["100", "110"] * 15)
    enter(keeping(user, "EUR"), "deposit", "2023-12-12", amount="100")
    bought(user, euro, date(2023, 12, 12), currency="EUR")


def crashed(user: User, asset: Asset) -> None:
    bought(user, asset, steps(asset, ["100"] * 30 + ["0.000000000001"] * 10))


def risen_from_dust(user: User, asset: Asset) -> None:
    bought(user, asset, steps(asset, ["0.00000001"] * 30 + ["10000000"] * 10), price="0.00000001")


def a_trillion_units(user: User, asset: Asset) -> None:
    prices = ["0.00000001", "0.00000002"] * 30
    bought(user, asset, steps(asset, prices), quantity="1000000000000", price="0.00000001")


def since_the_weekend(user: User, asset: Asset) -> None:
    """Bought on a Sunday, when no weekday had a return yet."""
    steps(asset, ["100", "101", "102", "103"])
    bought(user, asset, date(2024, 1, 7))


def only_a_bank(user: User, asset: Asset) -> None:
    bank = opened(user, "bank")
    entered(bank, "income", "2023-12-01", "1000")
    entered(bank, "expense", "2024-01-05", "40")


def only_debt(user: User, asset: Asset) -> None:
    stated(opened(user, "loan"), "2023-12-01", "-5000")
    entered(opened(user, "card"), "expense", "2024-01-05", "40")


def money_in_three_currencies(user: User, asset: Asset) -> None:
    """Of which two have no rate."""
    for kind, currency in (("bank", "INR"), ("wallet", "EUR"), ("card", "GBP")):
        entered(opened(user, kind, currency=currency), "income", "2023-12-01", "1000")


def only_property(user: User, asset: Asset) -> None:
    stated(opened(user, "property"), "2023-12-01", "5000000")


def only_a_deposit(user: User, asset: Asset) -> None:
    deposit = opened(user, "deposit")
    stated(deposit, "2022-01-10", "100000")
    rates = [(date(2022, 1, 10), Decimal("0.07"))]
    data = TermsInput(account=deposit, product="fixed_deposit", starts_on=date(2022, 1, 10), rates=rates)
    terms_create(user=user, data=data)


def only_expenses(user: User, asset: Asset) -> None:
    """On the default account, which keeps no money."""
    entered(user.accounts.get(is_default=True), "expense", "2024-01-05", "40")


def an_account_that_was_emptied(user: User, asset: Asset) -> None:
    bank = opened(user, "bank")
    entered(bank, "income", "2023-12-01", "0.0001")
    entered(bank, "expense", "2023-12-02", "0.0001")


def stated_for_tomorrow_alone(user: User, asset: Asset) -> None:
    stated(opened(user, "bank"), "2024-02-01", "1000")


PEOPLE: tuple[Callable[[User, Asset], None], ...] = (
    nothing_at_all, one_day_of_money, bought_today, bought_yesterday, never_priced, all_sold, sold_and_paid_later,
    only_losses, zero_variance, given_for_nothing, only_money_taken_out, only_money, more_owed_than_owned,
    without_a_rate, crashed, risen_from_dust, a_trillion_units, since_the_weekend,
    only_a_bank, only_debt, money_in_three_currencies, only_property, only_a_deposit, only_expenses,
    an_account_that_was_emptied, stated_for_tomorrow_alone,
)  # fmt: skip


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The schema that clients are generated from."""
    out = StringIO()
    call_command("spectacular", stdout=out)
    document: dict[str, Any] = yaml.safe_load(out.getvalue())
    return document


@pytest.fixture
def index(db: None) -> Asset:
    """What an Indian is compared with by default."""
    nifty = Asset.objects.create(symbol="^NSEI", name="Nifty 50", asset_class="index", currency="INR")
    steps(nifty, [str(20_000 + 37 * (i % 11)) for i in range(90)])
    return nifty


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.__name__)
def test_every_answer_is_whole(asha, asha_api, infosys, apple, index, at_noon, described, person):
    """Finite numbers, a reason for each that there is none of, and all as the schema says."""
    person(asha, infosys)
    empty = account_create(user=asha, fields={"name": "Empty"})

    asked = list(questions(asha, infosys, apple, empty))
    problems = [f"{name} {query}: {text}" for name, query in asked for text in wrong(asha_api, described, name, query)]

    assert not problems, "\n".join(problems)
    assert len(asked) > len(ENDPOINTS) * 12


def questions(user: User, asset: Asset, other: Asset, empty: Account) -> Iterator[tuple[str, Query]]:
    ranges: list[Query] = [
        {},
        {"period": "1d"},
        {"period": "1y"},
        {"from": "2024-01-10", "to": "2024-01-10"},
        {"from": "2024-01-06", "to": "2024-01-07"},
        {"to": "1990-01-01"},
        {"to": "2023-12-31"},
        {"account": user.accounts.get(is_default=True).pk},
        {"account": empty.pk},
        {"asset": asset.pk},
        {"asset": other.pk},
        {"asset_class": "crypto"},
        {"currency": "USD"},
    ]
    for name, more in ENDPOINTS.items():
        for days in ranges:
            yield name, {**more, **days}
    yield from VARIANTS


def wrong(api: Any, described: dict[str, Any], name: str, query: Query) -> Iterator[str]:
    """What is not as it should be with an answer."""
    response = api.get(f"{ROOT}{name}/", query)
    if response.status_code != 200:
        yield f"{response.status_code} {response.content[:300]!r}"
        return
    found = json.loads(response.content, parse_constant=lambda constant: pytest.fail(f"{name} {query}: {constant}"))
    yield from _wrong_in(found, "")
    yield from (f"{error.json_path} {error.message[:200]}" for error in _validator(described, name).iter_errors(found))


def _wrong_in(found: Any, path: str) -> Iterator[str]:
    if isinstance(found, float) and not isfinite(found):
        yield f"{path} is {found}"
    elif isinstance(found, list):
        for i, item in enumerate(found):
            yield from _wrong_in(item, f"{path}[{i}]")
    elif isinstance(found, dict):
        is_measure = {"value", "reason"} <= found.keys() <= MEASURE
        if is_measure and (found["value"] is None) != bool(found["reason"]):
            yield f"{path} is {found}"
        for key, item in found.items():
            yield from _wrong_in(item, f"{path}.{key}")


def _validator(described: dict[str, Any], name: str) -> Draft202012Validator:
    operation = described["paths"][f"{ROOT}{name}/"]["get"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return Draft202012Validator({**answer, "components": described["components"]}, format_checker=FormatChecker())


def test_no_query_count_grows(asha, mallory, index, at_noon):
    """2 assets, 30 transactions, 30 entries and 60 days; then 10, 300 and 300 in three years. As kept, and with nothing
    kept."""
    portfolio_make(asha, assets=2, transactions=30, days=60)
    portfolio_make(mallory, assets=10, transactions=300, days=1096)
    small, large = api_of(asha), api_of(mallory)

    for name, query in [*ENDPOINTS.items(), *VARIANTS]:
        for forget in (forget_nothing, forget_all):
            assert counted(small, name, query, forget) == counted(large, name, query, forget), (name, query, forget)


def portfolio_make(user: User, *, assets: int, transactions: int, days: int) -> None:
    account, first = user.accounts.get(is_default=True), TODAY - DAY * (days - 1)
    names = [f"{user.name.upper()}{i}" for i in range(assets)]
    owned = [Asset.objects.create(owner=user, symbol=n, name=n, asset_class="stock", currency="INR") for n in names]
    prices = {first + DAY * i: Decimal(100 + i % 7) for i in range(days)}
    prices_record(closes={asset.pk: prices for asset in owned})
    rows = []
    for i in range(transactions):
        figures: Query = {"quantity": Decimal(1 + i % 2), "price": Decimal(100)}
        kind = {8: "dividend", 9: "sell"}.get(i % 10, "buy")
        if kind == "dividend":
            figures = {"amount": Decimal(5)}
        day = first + DAY * (i * days // transactions)
        rows.append(TransactionInput(account=account, asset=owned[i // 10 % assets], kind=kind, date=day, **figures))
    transactions_record(user=user, rows=rows)
    household_make(user, entries=transactions, days=days)


def household_make(user: User, *, entries: int, days: int) -> None:
    """A bank, a broker that it pays into, a card and a deposit, from the first day on."""
    first = TODAY - DAY * (days - 1)
    bank, card, deposit = (opened(user, kind) for kind in ("bank", "card", "deposit"))
    broker = opened(user, "broker", tracks_cash=True)
    kinds: list[Query] = [
        {"kind": "income", "account": bank},
        {"kind": "expense", "account": card},
        {"kind": "transfer", "account": bank, "to_account": card},
        {"kind": "transfer", "account": bank, "to_account": broker},
    ]
    rows = [
        EntryInput(date=first + DAY * (i * days // entries), amount=Decimal(10), **kinds[i % len(kinds)])
        for i in range(entries)
    ]
    entries_record(user=user, rows=rows)
    stated(deposit, first.isoformat(), "1000")
    rates = [(first, Decimal("0.07"))]
    terms_create(user=user, data=TermsInput(account=deposit, product="fixed_deposit", starts_on=first, rates=rates))


def counted(api: Any, name: str, query: Query, forget: Callable[[], None]) -> int:
    assert api.get(f"{ROOT}{name}/", query).status_code == 200
    forget()
    with CaptureQueriesContext(connection) as queries:
        assert api.get(f"{ROOT}{name}/", query).status_code == 200
    return len(queries)


def forget_nothing() -> None:
    pass


def forget_all() -> None:
    """Nothing that the process keeps holds any longer."""
    HistoryMark.objects.update(version=secrets.randbits(62))
    Asset.objects.update(prices_version=secrets.randbits(62))
