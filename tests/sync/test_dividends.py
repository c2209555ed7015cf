"""Dividends as providers name them: once each, corrected, and none that cannot be."""

from datetime import date
from decimal import Decimal

from portfolio.models import Asset, Dividend
from portfolio.services.dividends import dividends_record
from tests.sync.conftest import Shelf, buy, flat, payout, source_of, sync


def kept(asset: Asset) -> list[tuple[str, Decimal]]:
    return [(f"{row.ex_date}", row.amount) for row in Dividend.objects.filter(asset=asset)]


def test_each_is_kept_once(acme: Asset) -> None:
    two = [payout("2024-02-09", "0.24"), payout("2024-05-10", "0.25")]

    assert dividends_record(asset=acme, payouts=two) == 2
    assert dividends_record(asset=acme, payouts=two) == 0
    assert kept(acme) == [("2024-02-09", Decimal("0.24")), ("2024-05-10", Decimal("0.25"))]


def test_the_same_amount_again_within_days_is_the_same_dividend(acme: Asset) -> None:
    dividends_record(asset=acme, payouts=[payout("2024-02-09", "0.24"), payout("2024-02-12", "0.24")])
    dividends_record(asset=acme, payouts=[payout("2024-02-08", "0.24")])

    assert kept(acme) == [("2024-02-09", Decimal("0.24"))]


def test_weekly_ones_are_all_kept(acme: Asset) -> None:
    weekly = [payout(f"2024-02-{day:02}", "0.1") for day in (2, 9, 16, 23)]

    assert dividends_record(asset=acme, payouts=weekly) == 4


def test_an_amount_is_corrected(acme: Asset) -> None:
    dividends_record(asset=acme, payouts=[payout("2024-02-09", "24")])
    dividends_record(asset=acme, payouts=[payout("2024-02-09", "0.24")])

    assert kept(acme) == [("2024-02-09", Decimal("0.24"))]


def test_what_cannot_be_is_left_out(acme: Asset) -> None:
    odd = [payout("2024-01-05", "0"), payout("2024-02-05", "-1"), payout("2024-03-05", "NaN")]

    assert dividends_record(asset=acme, payouts=[*odd, payout("2024-04-05", "1", "PTS")]) == 0


def test_none_is_worth_more_than_the_share(shelf: Shelf, acme: Asset, account, clock) -> None:
    shelf.put("ACME", flat("2023-01-02", "2024-01-30", "20"), payouts=[payout("2024-01-12", "24")])
    buy(account, acme, "2024-01-02")

    sync()

    assert kept(acme) == []
    assert source_of(acme).fetched_from == date(2023, 12, 23)
