"""Random worlds that are valid by construction: `worlds()` draws markets, actions and entries of every kind."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from portfolio.books.events import Action
from tests.oracle.drafts import Drafts, Wish
from tests.oracle.world import Account, Pair, Series, World

BEGIN = date(2023, 1, 2)  # a Monday
SPANS = (4, 20, 70, 400, 740)
CURRENCIES = ("INR", "USD", "EUR")
TYPICAL_RATE = {"USD": Decimal(80), "EUR": Decimal(90), "INR": Decimal(1)}
CROSSINGS: tuple[tuple[Pair, ...], ...] = (
    (("USD", "INR"), ("EUR", "INR")),
    (("INR", "USD"), ("EUR", "USD")),
    (("USD", "INR"), ("USD", "EUR")),
    (("EUR", "INR"), ("INR", "USD"), ("EUR", "USD"), ("INR", "EUR")),
)
RATIOS = tuple(map(Decimal, ("2", "0.5", "1.5", "3", "0.1", "10", "0.333333333333333333", "1.05")))
KINDS = (
    *("buy",) * 5,
    *("sell", "sell_all") * 2,
    *("move", "move", "transfer_in", "transfer_out", "transfer_all"),
    *("dividend", "interest", "fee", "tax", "deposit", "withdrawal", "cash_interest", "account_fee"),
)
PATTERNS = ("daily", "daily", "weekdays", "weekdays", "sparse", "late", "early", "never")
CENTS = st.integers(0, 99999).map(lambda n: Decimal(n) / 100)
QUANTITIES = st.one_of(
    st.integers(1, 500).map(Decimal),
    st.integers(1, 10**7).map(lambda n: Decimal(n) / 1000),
    st.integers(1, 10**11).map(lambda n: Decimal(n) / 10**8),
)
AMOUNTS = st.one_of(CENTS, st.integers(1, 10**10).map(lambda n: Decimal(n) / 10**5))
CHARGES = st.one_of(st.just(Decimal(0)), CENTS.map(lambda amount: amount / 10))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    span = draw(st.sampled_from(SPANS))
    accounts = draw(st.lists(st.builds(Account, st.just(0), *_ACCOUNT), min_size=1, max_size=3))
    assets = dict(enumerate(draw(st.lists(st.sampled_from(CURRENCIES), min_size=2, max_size=5)), start=1))
    numbered = {n: Account(n, a.currency, a.average, a.tracks_cash) for n, a in enumerate(accounts, start=1)}
    actions = draw(_actions(assets, span))
    drafts = Drafts(numbered, assets, actions)
    for wish in sorted(draw(_many(_wishes(numbered, assets, span))), key=Wish.order):
        drafts.write(wish)
    first = draw(st.integers(-3, span // 3))
    last = draw(st.integers(max(first, span // 2), span + 12))
    return World(
        accounts=numbered,
        assets=assets,
        entries=tuple(drafts.entries),
        first=BEGIN + timedelta(days=first),
        last=BEGIN + timedelta(days=last),
        actions=tuple(drafts.kept_actions()),
        closes={asset: draw(_series(span, _PRICES)) for asset in assets},
        rates={pair: draw(_rates(span, pair)) for pair in draw(st.sampled_from(CROSSINGS))},
    )


def _many(wishes: st.SearchStrategy[Wish]) -> st.SearchStrategy[list[Wish]]:
    """Rather many: a list alone is mostly short."""
    return st.sampled_from([1, 8, 16, 30]).flatmap(lambda least: st.lists(wishes, min_size=least, max_size=least + 5))


_ACCOUNT = (st.sampled_from(CURRENCIES), st.booleans(), st.booleans())
_PRICES = st.one_of(
    st.integers(1, 10**5).map(lambda n: Decimal(n) / 10**8),
    st.integers(100, 10**6).map(lambda n: Decimal(n) / 100),
)


def _rates(span: int, pair: Pair) -> st.SearchStrategy[Series]:
    typical = TYPICAL_RATE[pair[0]] / TYPICAL_RATE[pair[1]]
    patterns = ("daily", "weekdays", "sparse", "late", "early")
    return _series(span, st.just(round(typical, 6)), patterns=patterns)


@st.composite
def _series(
    draw: st.DrawFn, span: int, starts: st.SearchStrategy[Decimal], patterns: tuple[str, ...] = PATTERNS
) -> Series:
    """A random walk, seen on the days that the pattern says, from some days before the first entry on."""
    value, pattern = draw(starts), draw(st.sampled_from(patterns))
    random = Random(draw(st.integers(0, 999)))
    series: Series = {}
    for number in range(-20, span + 15):
        day = BEGIN + timedelta(days=number)
        value = max(round(value * Decimal(random.uniform(0.95, 1.06)), 10), Decimal("1e-8"))
        if _is_seen(pattern, day, random=random, span=span):
            series[day] = value
    if pattern != "never" and min(series, default=date.max) > BEGIN + timedelta(days=span // 2):
        series[BEGIN + timedelta(days=span // 2)] = value  # something is known by the last day that is asked for
    return series


def _is_seen(pattern: str, day: date, *, random: Random, span: int) -> bool:
    number = (day - BEGIN).days
    return {
        "daily": True,
        "weekdays": day.weekday() < 5,
        "sparse": random.random() < 0.06,
        "late": number >= span // 2 and day.weekday() < 5,
        "early": number < span / 4 and number != 0,
        "never": False,
    }[pattern]


@st.composite
def _actions(draw: st.DrawFn, assets: dict[int, str], span: int) -> list[Action]:
    """At most one of a kind for an asset and day, into assets of the same currency."""
    count = draw(st.integers(0, 5))
    actions: dict[tuple[int, str, date], Action] = {}
    for number in range(count):
        asset = draw(st.sampled_from(sorted(assets)))
        others = [other for other in assets if other != asset and assets[other] == assets[asset]]
        kinds = ("split", "bonus", "spinoff", "merger", "merger", "rename") if others else ("split", "merger")
        kind, day = draw(st.sampled_from(kinds)), BEGIN + timedelta(days=draw(st.integers(-2, span + 5)))
        target = draw(st.sampled_from(others)) if others else None
        actions[asset, kind, day] = draw(_action(number + 1, asset, kind, day, target))
    return sorted(actions.values(), key=lambda action: (action.day, action.id))


@st.composite
def _action(draw: st.DrawFn, number: int, asset: int, kind: str, day: date, target: int | None) -> Action:
    ratio, fraction, cash = draw(st.sampled_from(RATIOS)), None, Decimal(0)
    if kind in ("split", "bonus"):
        target = None
    elif kind == "rename":
        ratio = Decimal(1)
    else:
        fraction = draw(st.sampled_from([None, *map(Decimal, ("0", "0.3", "0.123456", "1"))]))
    if kind == "merger":
        cash = draw(st.one_of(st.just(Decimal(0)), CENTS))
        ratio = Decimal(0) if target is None or draw(st.integers(0, 4)) == 0 else ratio
        target = target if ratio else None
    return Action(number, asset, kind, day, ratio, target, fraction, cash)


@st.composite
def _wishes(draw: st.DrawFn, accounts: dict[int, Account], assets: dict[int, str], span: int) -> Wish:
    return Wish(
        kind=draw(st.sampled_from(KINDS)),
        account=draw(st.sampled_from(sorted(accounts))),
        other=draw(st.sampled_from(sorted(accounts))),
        asset=draw(st.sampled_from(sorted(assets))),
        currency=draw(st.sampled_from(CURRENCIES)),
        day=BEGIN + timedelta(days=draw(st.one_of(st.integers(0, 3), st.integers(0, span)))),
        at=draw(st.one_of(st.none(), st.sampled_from([time(9, 15), time(15, 30)]))),
        quantity=draw(QUANTITIES),
        share=draw(st.integers(1, 9)),
        amount=draw(AMOUNTS),
        fee=draw(CHARGES),
        tax=draw(CHARGES),
        applied=draw(st.one_of(st.none(), st.integers(90, 110))),
    )


@dataclass(frozen=True)
class Cut:
    """A world and a day inside its window, from which on it is computed again."""

    world: World
    day: date


@st.composite
def cuts(draw: st.DrawFn) -> Cut:
    world = draw(worlds())
    return Cut(world, draw(st.sampled_from(world.days)))
