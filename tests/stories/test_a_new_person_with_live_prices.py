"""A new person searches, chooses and buys: the history comes by itself, from a real server and the replica."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.drills.site import Client, Site, site_in
from tests.upstream.replica import Replica

PATIENCE = 90
SPLIT_DAY = date(2020, 8, 31)
BOUGHT = {  # symbol or code, day, units and price as on the broker's note
    "AAPL": ("2019-06-03", "10", "173.30"),
    "RELIANCE.NS": ("2016-03-01", "20", "970"),
    "BTC-USD": ("2021-01-04", "0.5", "31971.91"),
    "122639": ("2018-07-02", "1000.123", "24.5"),
}


@pytest.fixture
def site(tmp_path: Path, replica: Replica) -> Iterator[Site]:
    with site_in(
        tmp_path, LIVE_PRICES="true", UPSTREAM_PROXY=replica.url, UPSTREAM_CA=str(replica.ca_file), WEB_WORKERS="1"
    ) as site:
        site.start()
        yield site


@pytest.fixture
def asha(site: Site) -> Iterator[Client]:
    site.run("manage.py", "shell", "-c", MAKE_ASHA)
    client = Client(site.port, site.run("manage.py", "create_token", "asha@example.com").strip())
    yield client
    client.close()


MAKE_ASHA = (
    "from core.models import User; "
    "User.objects.create_user('asha@example.com', 'a pass phrase', base_currency='INR', timezone='Asia/Kolkata')"
)


def chosen(client: Client, text: str) -> dict[str, Any]:
    """The asset that a search for `text` leads to; the first search of a server may end before the providers answer."""

    def match() -> dict[str, Any] | None:
        found = asked(client, f"assets/?search={quote(text)}")["matches"]
        return next((match for match in found if match["symbol"] == text), None)

    found = eventually(match)
    status, asset = client.ask("POST", "/api/v1/assets/choose/", {name: found[name] for name in ("provider", "symbol")})
    assert status == 201, asset
    return dict(asset)


def bought(client: Client, asset: dict[str, Any]) -> None:
    day, quantity, price = BOUGHT[asset["symbol"]]
    transaction = {"kind": "buy", "asset": asset["id"], "date": day, "quantity": quantity, "price": price}
    status, answer = client.ask("POST", "/api/v1/transactions/", transaction)
    assert status == 201, answer


def eventually(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (result := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return result


def asked(client: Client, path: str) -> Any:
    status, answer = client.ask("GET", f"/api/v1/{path}")
    assert status == 200, answer
    return answer


def held(client: Client, day: str, symbol: str) -> dict[str, Any]:
    rows = asked(client, f"holdings/?as_of={day}")["results"]
    return next(row for row in rows if row["asset"]["symbol"] == symbol)


@pytest.fixture
def apple_at_its_split(replica: Replica) -> None:
    """As traded: 499.23 dollars on every day before, 129.04 from then on."""
    first, now = date(2019, 1, 1), date.today()
    days = [first + timedelta(days=i) for i in range((now - first).days + 1)]
    closes = {day: 499.23 if day < SPLIT_DAY else 129.04 for day in days if day.weekday() < 5}
    replica.world.add("AAPL", closes, splits={SPLIT_DAY: 4}, name="Apple Inc.")


@pytest.mark.usefixtures("apple_at_its_split")
def test_the_history_is_complete_without_a_further_word(asha: Client) -> None:
    assets = {symbol: chosen(asha, symbol) for symbol in BOUGHT}
    for asset in assets.values():
        bought(asha, asset)

    eventually(lambda: asked(asha, "analytics/status/")["syncing"] == 0)
    assert asked(asha, "analytics/status/")["problems"] == []
    graph = eventually(lambda: (answer := asked(asha, "analytics/net-worth/"))["fresh"] and answer)

    assert graph["currency"] == "INR"
    assert graph["dates"][0] == "2016-03-01"
    assert None not in graph["series"]["net_worth"]
    assert graph["confidence"]["estimated"][-1] == 0
    assert max(graph["confidence"]["estimated"]) == 0
    assert_split_is_right(asha, assets["AAPL"]["id"])


def assert_split_is_right(client: Client, apple: int) -> None:
    """What was traded is stored on both sides, units step by 4, and the value by 3.4 %, as the price of a share did."""
    closes = asked(client, f"assets/{apple}/prices/?from=2020-08-28&to=2020-08-31")
    before, after = held(client, "2020-08-28", "AAPL"), held(client, "2020-08-31", "AAPL")

    assert closes == {"2020-08-28": "499.23", "2020-08-31": "129.04"}
    assert (before["quantity"], after["quantity"]) == ("10", "40")
    assert (before["price"], after["price"]) == ("499.23", "129.04")
    actions = asked(client, f"corporate-actions/?asset={apple}")["results"]
    assert [(row["kind"], row["ex_date"], row["ratio"], row["status"]) for row in actions] == [
        ("split", "2020-08-31", "4", "confirmed")
    ]
    dollars = {day: row["market_value"] for day in ("2020-08-28", "2020-08-31") for row in held_in_dollars(client, day)}
    assert dollars == {"2020-08-28": "4992.3", "2020-08-31": "5161.6"}


def held_in_dollars(client: Client, day: str) -> list[dict[str, Any]]:
    rows = asked(client, f"holdings/?as_of={day}&currency=USD")["results"]
    return [row for row in rows if row["asset"]["symbol"] == "AAPL"]
