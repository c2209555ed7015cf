"""Random portfolios: weights are shares of what is owned, and every plan is within what is there."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from core.models import User
from tests.analytics.conftest import HOLDINGS, NET_WORTH, TODAY, travel
from tests.analytics.test_allocation import ALLOCATION, WAYS
from tests.analytics.test_live_worlds import World
from tests.analytics.test_rebalancing import REBALANCING
from tests.analytics.test_targets import put


def answer(api: Any, path: str, **query: Any) -> Any:
    response = api.get(path, query)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize("seed", range(4))
def test_any_portfolio_is_divided_and_brought_back(asha_api: Any, asha: User, seed: int) -> None:
    with travel(TODAY):
        World(asha, seed)
        random, held = Random(seed), _held(asha_api)
        worth = answer(asha_api, NET_WORTH)["series"]["net_worth"][-1]
        for by in WAYS:
            body = answer(asha_api, ALLOCATION, by=by, history="true")
            _check_weights(body, worth)
            _set_targets(asha_api, random, by, [part["key"] for part in body["parts"]])
            for query in ({}, {"sell": "false", "add": "5000"}, {"minimum_trade": "500", "currency": "USD"}):
                _check_plan(answer(asha_api, REBALANCING, by=by, **query), held)


def _held(api: Any) -> dict[str, Decimal]:
    """Units by symbol."""
    units: dict[str, Decimal] = {}
    for row in answer(api, HOLDINGS)["results"]:
        symbol = row["asset"]["symbol"]
        units[symbol] = units.get(symbol, Decimal(0)) + Decimal(row["quantity"])
    return units


def _check_weights(body: Any, worth: float) -> None:
    assert float(body["net_worth"]) == pytest.approx(worth)
    assert sum(part["weight"] for part in body["parts"]) == pytest.approx(1)
    for weights in zip(*body["series"].values(), strict=True):
        assert all(weight is None for weight in weights) or sum(weights) == pytest.approx(1)
        assert all(weight is None or weight >= 0 for weight in weights)


def _set_targets(api: Any, random: Random, by: str, keys: list[str]) -> None:
    """Any whole percents that are 100 together."""
    cuts = sorted(random.randrange(101) for _ in keys[1:])
    percents = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    rows = [(key, str(Decimal(percent) / 100)) for key, percent in zip(keys, percents, strict=True)]
    assert put(api, by, *rows).status_code == 200


def _check_plan(plan: Any, held: dict[str, Decimal]) -> None:
    assert plan["reason"] is None
    sold = {symbol: Decimal(0) for symbol in held}
    for trade in plan["trades"]:
        quantity, symbol = Decimal(trade["quantity"]), trade["asset"]["symbol"]
        assert quantity > 0
        sold[symbol] += quantity if trade["side"] == "sell" else 0
    assert all(sold[symbol] <= held[symbol] for symbol in held)
    assert Decimal(plan["cash"]) >= 0
    assert sum(part["weight_after"] for part in plan["parts"]) <= 1 + 1e-9
