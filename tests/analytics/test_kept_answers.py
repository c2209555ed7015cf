"""Answers that were made are kept while all that they rest on is the same, and not a moment longer."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Account
from core.services import account_update
from ledger.services.entries import entries_delete, entries_restore
from ledger.services.terms import TermsInput, terms_create
from portfolio.live.watching import watched_persist
from portfolio.models import Asset, PriceSource, Quote
from portfolio.services.actions import action_record
from tests.analytics.conftest import closes, enter
from tests.analytics.money_makers import entered, opened, stated
from tests.analytics.test_live import quote

PERFORMANCE = "/api/v1/analytics/performance/"
RISK = "/api/v1/analytics/risk/"
ALLOCATION = "/api/v1/analytics/allocation/"
CONTRIBUTION = "/api/v1/analytics/contribution/"
GAINS = "/api/v1/analytics/gains/"


@pytest.fixture
def nifty(db: None) -> Asset:
    """Doubled from the first to the last day of the story."""
    nifty = Asset.objects.create(symbol="^NSEI", name="Nifty 50", asset_class="index", currency="INR")
    closes(nifty, d2023_12_31="100", d2024_01_01="100", d2024_01_10="200")
    return nifty


@pytest.fixture
def rupees(main, infosys, at_noon) -> Any:
    """A person who has nothing in any other currency."""
    closes(infosys, d2024_01_01="100", d2024_01_10="120")
    return enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")


def seen(api: Any, path: str, **query: Any) -> dict[str, Any]:
    """Asked twice, so that the second answer is the kept one; both are the same."""
    first, second = api.get(path, query), api.get(path, query)
    assert first.status_code == 200, first.content
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    body: dict[str, Any] = second.json()
    return body


def benchmark_return(api: Any, **query: Any) -> float:
    found: float = seen(api, PERFORMANCE, **query)["benchmark"]["twr"]["value"]
    return found


@pytest.mark.skipif(connection.vendor == "postgresql", reason="There packed rows are read by the driver, uncounted.")
def test_a_second_look_computes_nothing(asha_api, story, nifty):
    """Neither closes nor splits of the holdings are looked at again, only what may have changed unseen."""
    for path in (PERFORMANCE, RISK):
        with CaptureQueriesContext(connection) as first:
            asha_api.get(path)
        with CaptureQueriesContext(connection) as second:
            asha_api.get(path)
        assert len(second) < len(first)


def test_another_close_of_the_benchmark_is_seen(asha_api, rupees, nifty):
    assert benchmark_return(asha_api) == pytest.approx(1.0)

    closes(nifty, d2024_01_10="150")

    assert benchmark_return(asha_api) == pytest.approx(0.5)


def test_a_split_of_the_benchmark_is_seen(asha_api, rupees, nifty):
    """200 after a split of 2:1 are worth 400 of before: from 100 that is a gain of 3 times."""
    assert benchmark_return(asha_api) == pytest.approx(1.0)

    split = {"asset": nifty, "kind": "split", "ex_date": date(2024, 1, 5), "ratio": Decimal(2)}
    action_record(user=None, fields=split)

    assert benchmark_return(asha_api) == pytest.approx(3.0)


def test_another_rate_of_the_benchmark_is_seen(asha_api, rupees, apple, dollar):
    """Nothing that is held is in dollars: only the benchmark is, from 80 to 82 rupees each, then to 88."""
    closes(apple, d2023_12_31="100")
    closes(dollar, d2023_12_31="80", d2024_01_10="82")
    closes(apple, d2024_01_08="100")
    assert benchmark_return(asha_api, benchmark=apple.pk) == pytest.approx(82 / 80 - 1)

    closes(dollar, d2024_01_10="88")

    assert benchmark_return(asha_api, benchmark=apple.pk) == pytest.approx(88 / 80 - 1)


def test_a_price_of_now_of_the_benchmark_is_seen(asha_api, rupees, nifty):
    closes(nifty, d2024_01_10=None, d2024_01_09="200")
    assert benchmark_return(asha_api) == pytest.approx(1.0)

    quote(nifty, "250")

    assert benchmark_return(asha_api) == pytest.approx(1.5)


def test_who_looks_at_a_kept_answer_looks_at_the_benchmark(asha_api, rupees, nifty):
    PriceSource.objects.create(asset=nifty, provider="yahoo", symbol="^NSEI")
    asha_api.get(PERFORMANCE)
    watched_persist()
    Quote.objects.update(watched_at=None)

    asha_api.get(PERFORMANCE)
    watched_persist()

    assert Quote.objects.get(asset=nifty).watched_at is not None


@pytest.mark.parametrize("path", [PERFORMANCE, RISK])
def test_another_name_of_the_benchmark_is_seen(asha_api, rupees, nifty, path):
    assert seen(asha_api, path)["benchmark"]["name"] == "Nifty 50"

    Asset.objects.filter(pk=nifty.pk).update(name="Fifty")

    assert seen(asha_api, path)["benchmark"]["name"] == "Fifty"


def test_another_sector_is_seen(asha_api, rupees, infosys):
    assert [part["key"] for part in seen(asha_api, ALLOCATION, by="sector")["parts"]] == ["stock"]

    Asset.objects.filter(pk=infosys.pk).update(sector="Software")

    assert [part["key"] for part in seen(asha_api, ALLOCATION, by="sector")["parts"]] == ["Software"]


def test_another_name_of_an_asset_is_seen(asha_api, rupees, infosys):
    seen(asha_api, ALLOCATION, by="asset")
    seen(asha_api, RISK)

    Asset.objects.filter(pk=infosys.pk).update(name="Infy")

    assert [part["name"] for part in seen(asha_api, ALLOCATION, by="asset")["parts"]] == ["Infy"]
    assert [asset["name"] for asset in seen(asha_api, RISK)["correlation"]["assets"]] == ["Infy"]


def test_another_name_of_an_account_is_seen(asha_api, rupees, main):
    seen(asha_api, ALLOCATION, by="account")

    type(main).objects.filter(pk=main.pk).update(name="Zerodha")

    assert [part["name"] for part in seen(asha_api, ALLOCATION, by="account")["parts"]] == ["Zerodha"]


def test_another_class_moves_what_a_class_has(asha_api, rupees, infosys):
    assert seen(asha_api, PERFORMANCE, asset_class="gold")["twr"]["value"] is None

    Asset.objects.filter(pk=infosys.pk).update(asset_class="gold")

    assert seen(asha_api, PERFORMANCE, asset_class="gold")["twr"]["value"] == pytest.approx(0.2)


def test_an_edit_is_seen(asha_api, rupees, main, infosys):
    before = asha_api.get(RISK)
    assert seen(asha_api, ALLOCATION)["gross"] == "1200"

    enter(main, "sell", "2024-01-10", infosys, quantity="5", price="120")

    assert seen(asha_api, ALLOCATION)["gross"] == "600"
    assert asha_api.get(RISK, headers={"If-None-Match": before["ETag"]}).status_code == 200


def test_in_another_currency_its_rates_count(asha_api, rupees, dollar):
    closes(dollar, d2024_01_01="80", d2024_01_10="80")
    assert seen(asha_api, ALLOCATION, currency="USD")["gross"] == "15"

    closes(dollar, d2024_01_10="60")

    assert seen(asha_api, ALLOCATION, currency="USD")["gross"] == "20"


def test_another_class_has_another_term(asha_api, rupees, main, infosys):
    """Shares of nine days are short term in India; of crypto nothing is asked how long it was held."""
    enter(main, "sell", "2024-01-10", infosys, quantity="5", price="120")
    assert [lot["term"] for lot in seen(asha_api, GAINS)["lots"]] == ["short"]

    Asset.objects.filter(pk=infosys.pk).update(asset_class="crypto")

    assert [lot["term"] for lot in seen(asha_api, GAINS)["lots"]] == ["undivided"]


def test_an_edit_is_seen_in_gains_and_contributions(asha_api, rupees, main, infosys):
    """Half of what cost 1,000 goes at 120 a share, then at 130."""
    sale = enter(main, "sell", "2024-01-10", infosys, quantity="5", price="120")
    assert seen(asha_api, GAINS)["totals"]["gain"] == "100"
    assert seen(asha_api, CONTRIBUTION)["change"]["market"] == "200"

    sale.price = Decimal(130)
    sale.save()

    assert seen(asha_api, GAINS)["totals"]["gain"] == "150"
    assert seen(asha_api, CONTRIBUTION)["change"]["market"] == "250"


@pytest.mark.parametrize(("path", "query"), [(CONTRIBUTION, {"by": "account"}), (GAINS, {})])
def test_another_name_of_an_account_is_seen_there_too(asha_api, rupees, main, path, query):
    assert main.name.encode() in asha_api.get(path, query).content

    type(main).objects.filter(pk=main.pk).update(name="Zerodha")

    assert b"Zerodha" in asha_api.get(path, query).content


class TestEverydayMoney:
    """A deposit of 1,000 and a bank with 500: what is told of them is kept until something is entered."""

    @pytest.fixture
    def bank(self, asha, at_noon) -> Account:
        bank = opened(asha, "bank")
        stated(bank, "2023-01-10", "500")
        return bank

    @pytest.fixture
    def deposit(self, asha, at_noon) -> Account:
        deposit = opened(asha, "deposit")
        stated(deposit, "2023-01-10", "1000")
        return deposit

    def worth(self, api: Any) -> tuple[str, str, float]:
        """All that is owned, the part of cash, and the last worth of the investments."""
        body = seen(api, ALLOCATION)
        cash = next((part["value"] for part in body["parts"] if part["key"] == "cash"), "0")
        return body["gross"], cash, seen(api, PERFORMANCE)["series"]["value"][-1]

    def test_an_entry_is_seen(self, asha_api, bank, deposit):
        assert self.worth(asha_api) == ("1500", "500", 1000)

        entered(bank, "expense", "2024-01-05", "20")

        assert self.worth(asha_api) == ("1480", "480", 1000)

    def test_an_entry_that_is_deleted_and_restored_is_seen(self, asha, asha_api, bank, deposit):
        entry = entered(bank, "expense", "2024-01-05", "20")
        assert self.worth(asha_api) == ("1480", "480", 1000)

        entries_delete(user=asha, entries=[entry])
        assert self.worth(asha_api) == ("1500", "500", 1000)

        entries_restore(user=asha, entries=[entry])
        assert self.worth(asha_api) == ("1480", "480", 1000)

    def test_a_statement_is_seen(self, asha_api, bank, deposit):
        assert self.worth(asha_api) == ("1500", "500", 1000)

        stated(deposit, "2024-01-05", "1100")

        assert self.worth(asha_api) == ("1600", "500", 1100)

    def test_terms_are_seen(self, asha, asha_api, bank, deposit):
        """10 % a year, credited a year after 10 January 2023: on this very day."""
        assert self.worth(asha_api) == ("1500", "500", 1000)

        terms = TermsInput(
            account=deposit, product="other", starts_on=date(2023, 1, 10), credited="yearly", basis="daily",
            rates=[(date(2023, 1, 10), Decimal("0.1"))],
        )  # fmt: skip
        terms_create(user=asha, data=terms)

        assert self.worth(asha_api) == ("1600", "500", 1100)

    def test_another_kind_of_account_is_seen(self, asha_api, bank, deposit):
        assert self.worth(asha_api) == ("1500", "500", 1000)

        account_update(account=bank, changes={"kind": "deposit"})

        assert self.worth(asha_api) == ("1500", "0", 1500)

    def test_that_an_account_tracks_its_cash_is_seen(self, asha_api, bank, deposit):
        assert self.worth(asha_api) == ("1500", "500", 1000)

        account_update(account=bank, changes={"tracks_cash": True})

        assert self.worth(asha_api) == ("1500", "500", 1500)

    def test_another_name_of_an_account_is_seen(self, asha_api, bank):
        assert [part["name"] for part in seen(asha_api, ALLOCATION, by="account")["parts"]] == ["Bank"]

        account_update(account=bank, changes={"name": "HDFC"})

        assert [part["name"] for part in seen(asha_api, ALLOCATION, by="account")["parts"]] == ["HDFC"]
