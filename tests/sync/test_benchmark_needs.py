"""What people compare with is fetched as if they held it: for as long as their history is, and kept current."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import HistoryMark
from analytics.rebuild import history_rebuild
from core import background
from core.models import Account, User
from core.services import user_update
from portfolio.models import Asset, Benchmark, PriceSource
from portfolio.services.benchmarks import benchmark_choose, benchmark_drop
from portfolio.services.prices import prices_record
from portfolio.sync import needs
from portfolio.tracked import histories_awaited, tracked_by
from tests.sync.conftest import Shelf, buy, flat, listed, source_of, stored, sync
from tests.sync.test_needs import pairs, wanted

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def nifty(db: None) -> Asset:
    return listed("^NSEI", currency="INR", asset_class="index")


@pytest.fixture
def sp500(db: None) -> Asset:
    return listed("^GSPC", asset_class="index")


@pytest.fixture
def rupees(asha: User) -> Asset:
    return listed("TCS", currency="INR")


@pytest.fixture
def main(asha: User) -> Account:
    return asha.accounts.get(is_default=True)


class TestWithoutAChoice:
    def test_the_index_of_their_currency_since_their_first_day(
        self, nifty: Asset, sp500: Asset, rupees: Asset, main: Account
    ) -> None:
        buy(main, rupees, "2023-06-15")
        buy(main, rupees, "2023-09-15", kind="sell")

        needs.needs_note()

        assert wanted(nifty) == (date(2023, 6, 5), True)
        assert wanted(sp500) == (None, False)
        assert pairs() == {}

    def test_of_other_currencies_with_the_pair_to_it(self, sp500: Asset, asha: User, main: Account) -> None:
        user_update(user=asha, changes={"base_currency": "CHF"})
        buy(main, listed("NESN.SW", currency="CHF"), "2023-06-15")

        needs.needs_note()

        assert wanted(sp500) == (date(2023, 6, 5), True)
        assert pairs().keys() == {"USDCHF=X"}

    def test_nothing_where_the_catalogue_has_no_index(self, rupees: Asset, main: Account) -> None:
        buy(main, rupees, "2023-06-15")
        needs.needs_note()
        assert list(PriceSource.objects.filter(wanted_from__isnull=False).values_list("symbol", flat=True)) == ["TCS"]

    def test_nothing_for_people_without_anything(self, nifty: Asset, asha: User) -> None:
        needs.needs_note()
        assert wanted(nifty) == (None, False)


class TestChosen:
    def test_instead_of_the_index_that_is_meant(
        self, nifty: Asset, sp500: Asset, rupees: Asset, asha: User, main: Account
    ) -> None:
        buy(main, rupees, "2023-06-15")
        benchmark_choose(user=asha, asset=sp500)

        needs.needs_note()

        assert wanted(sp500) == (date(2023, 6, 5), True)
        assert wanted(nifty) == (None, False)
        assert pairs() == {"USDINR=X": (date(2023, 6, 5), True)}

    def test_dropped_it_is_not_needed_any_more(
        self, nifty: Asset, sp500: Asset, rupees: Asset, asha: User, main: Account
    ) -> None:
        buy(main, rupees, "2023-06-15")
        chosen, _ = benchmark_choose(user=asha, asset=sp500)
        needs.needs_note()
        benchmark_drop(benchmark=chosen)

        needs.needs_note()

        assert wanted(sp500) == (None, False)
        assert wanted(nifty) == (date(2023, 6, 5), True)
        assert pairs() == {"USDINR=X": (None, False)}

    def test_the_longest_history_counts(self, sp500: Asset, asha: User, bob: User, main: Account) -> None:
        acme = listed("ACME")
        buy(main, acme, "2023-06-15")
        buy(bob.accounts.get(is_default=True), acme, "2021-03-15")
        for user in (asha, bob):
            benchmark_choose(user=user, asset=sp500)

        needs.needs_note()

        assert wanted(sp500) == (date(2021, 3, 5), True)

    def test_the_demo_needs_no_rate_for_it(self, sp500: Asset, rupees: Asset, asha: User, main: Account) -> None:
        User.objects.filter(pk=asha.pk).update(is_demo=True)
        buy(main, rupees, "2023-06-15")
        benchmark_choose(user=asha, asset=sp500)

        needs.needs_note()

        assert pairs() == {}

    def test_its_closes_come_at_once(
        self,
        shelf: Shelf,
        sp500: Asset,
        rupees: Asset,
        asha: User,
        main: Account,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        shelf.put("TCS", flat("2022-01-03", "2024-01-30", "100"), currency="INR")
        shelf.put("^GSPC", flat("2022-01-03", "2024-01-30", "4700"))
        buy(main, rupees, "2023-06-15")
        sync()
        assert not needs.needs_note_if_due()

        with django_capture_on_commit_callbacks(execute=True):
            benchmark_choose(user=asha, asset=sp500)
        background.run_due("sync")

        closes = stored(sp500)
        assert (min(closes), max(closes)) == ("2023-06-05", "2024-01-30")
        assert source_of(sp500).due_at is not None


class TestTellingOfIt:
    """`syncing` of /analytics/status/, and what the doctor says."""

    def test_it_is_awaited_until_it_is_there(
        self, settings: Any, nifty: Asset, rupees: Asset, asha: User, main: Account
    ) -> None:
        settings.LIVE_PRICES = True
        PriceSource.objects.update(provider="yahoo")
        buy(main, rupees, "2023-06-15")
        needs.needs_note()
        assert histories_awaited(asha) == 2

        PriceSource.objects.filter(asset=nifty).update(fetched_from="2023-06-05")
        assert histories_awaited(asha) == 1

    def test_so_are_the_rates_between(
        self, settings: Any, sp500: Asset, rupees: Asset, asha: User, main: Account
    ) -> None:
        settings.LIVE_PRICES = True
        buy(main, rupees, "2023-06-15")
        benchmark_choose(user=asha, asset=sp500)
        needs.needs_note()
        assert histories_awaited(asha) == 1  # of the dollar: the others have fixed prices

        PriceSource.objects.filter(symbol="USDINR=X").update(fetched_from="2023-06-05")
        assert histories_awaited(asha) == 0

    def test_without_a_history_there_is_nothing_to_wait_for(self, settings: Any, nifty: Asset, asha: User) -> None:
        settings.LIVE_PRICES = True
        PriceSource.objects.update(provider="yahoo")
        benchmark_choose(user=asha, asset=nifty)
        needs.needs_note()
        assert histories_awaited(asha) == 0

    def test_what_is_wrong_with_a_choice_is_a_problem_of_the_person(self, nifty: Asset, asha: User, bob: User) -> None:
        benchmark_choose(user=asha, asset=nifty)
        assert tracked_by([asha]).assets == {nifty.pk}
        assert tracked_by([bob]).assets == set()


def test_its_closes_and_rates_mark_no_history(sp500: Asset, rupees: Asset, asha: User, main: Account) -> None:
    """Rupees alone, compared with an index in dollars: neither is part of what she has."""
    buy(main, rupees, "2023-06-15")
    benchmark_choose(user=asha, asset=sp500)
    needs.needs_note()
    history_rebuild(asha)
    before = HistoryMark.objects.values().get()

    dollar = Asset.objects.get(symbol="USDINR=X")
    prices_record(closes={sp500.pk: {date(2023, 6, 14): Decimal(4300)}, dollar.pk: {date(2023, 6, 14): Decimal(82)}})

    assert HistoryMark.objects.values().get() == before


def test_few_statements_whatever_the_number(nifty: Asset, asha: User, bob: User) -> None:
    def count() -> int:
        needs.needs_note()
        with CaptureQueriesContext(connection) as queries:
            needs.needs_note()
        return len(queries)

    def enter(number: int) -> None:
        for user in (asha, bob):
            benchmark_choose(user=user, asset=listed(f"{user.pk}-{number}", asset_class="index"))

    for user in (asha, bob):
        buy(user.accounts.get(is_default=True), listed(f"A{user.pk}", currency=user.base_currency), "2023-06-15")
    enter(0)
    few = count()
    for number in range(1, 10):
        enter(number)
    assert Benchmark.objects.count() == 20
    assert count() == few
