"""Export → import → export: the same bytes, and the same figures to the last digit."""

import csv
import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.utils import timezone

from analytics.models import HistoryYear
from core.archive.tables import tables
from core.models import Account, ApiToken, User
from ledger.models import AccountYear, BankImport, CategoryYear, Entry, Rule
from ledger.services.bank_imports import FileInput, file_take
from ledger.services.rebuild import ledger_rebuild
from portfolio.models import Asset, Holding, PriceYear, Transaction
from portfolio.services.rebuild import holdings_rebuild
from tests.archive.handling import archive_of, data_of, empty_the_database, figures_of, opened, rows_in, taken
from tests.archive.rich import STATEMENT
from tests.conftest import make_person


@pytest.fixture
def moved(rich: User) -> tuple[bytes, dict[str, Any], User]:
    """The archive of a person, their figures there, and who they are in another place."""
    archive, figures = archive_of(rich), figures_of(rich)
    empty_the_database()
    person = make_person("elsewhere@example.com", currency="USD", zone="UTC")
    taken(archive, person)
    return archive, figures, User.objects.get(pk=person.pk)


def test_there_is_a_row_in_every_table(rich: User) -> None:
    """Or else the round trip below would say nothing about it."""
    files = opened(archive_of(rich))
    assert [table.name for table in tables() if not rows_in(files, table.name)] == []


def test_all_rows_are_the_same_to_the_last_byte(moved: tuple[bytes, dict[str, Any], User]) -> None:
    archive, _, person = moved
    before, after = data_of(archive), data_of(archive_of(person))
    assert before.keys() == after.keys()
    for name in before:
        assert after[name] == before[name], name


def test_all_figures_are_the_same_to_the_last_digit(moved: tuple[bytes, dict[str, Any], User]) -> None:
    _, figures, person = moved
    after = figures_of(person)
    for name, told in figures.items():
        assert after[name] == told, name
    assert figures["holdings"]["positions" if "positions" in figures["holdings"] else "results"]


def test_all_that_follows_from_the_rows_is_there(moved: tuple[bytes, dict[str, Any], User]) -> None:
    _, _, person = moved
    assert Holding.objects.filter(user=person).count() > 3
    assert AccountYear.objects.filter(user=person).exists()
    assert CategoryYear.objects.filter(user=person).exists()
    assert holdings_rebuild(user_id=person.pk, write=False) == []
    assert ledger_rebuild(user_id=person.pk, write=False) == []
    figures_of(person)
    assert HistoryYear.objects.filter(user=person).exists()


def test_times_and_texts_and_names_of_rows_are_kept(moved: tuple[bytes, dict[str, Any], User]) -> None:
    archive, _, person = moved
    told = rows_in(opened(archive), "entries")[0]
    entry = Entry.objects.filter(user=person).order_by("pk")[0]
    assert entry.created_at.isoformat().replace("+00:00", "Z") == told["created_at"]
    assert entry.amount == Decimal("12.3456")
    assert entry.words.startswith("hyperlink http x naive")
    assert entry.account.name == "Bank of India"
    rule = Rule.objects.get(user=person, name="Food")
    assert rule.conditions[0]["value"] == Account.objects.get(user=person, name="Bank of India").pk


def test_the_same_bank_file_is_known_again(moved: tuple[bytes, dict[str, Any], User]) -> None:
    """Though what its rows are known by is made of the account as it was called in the other place."""

    _, _, person = moved
    bank = Account.objects.get(user=person, name="Bank of India")
    Account.objects.filter(pk=bank.pk).update(name="Bank")
    again = file_take(user=person, account=bank, data=FileInput(file=BytesIO(STATEMENT), name="statement.csv"))
    assert (again.created, again.duplicates) == (0, 3)
    assert BankImport.objects.filter(user=person).count() == 3


def test_the_same_data_make_the_same_bytes(rich: User) -> None:
    first, second = opened(archive_of(rich)), opened(archive_of(rich))
    for files in (first, second):
        manifest = json.loads(files["manifest.json"])
        del manifest["made_at"]
        files["manifest.json"] = json.dumps(manifest).encode()
    assert first == second


def test_what_cannot_be_restored_any_more_stays_behind(rich: User) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    Entry.objects.filter(user=rich, deleted_at__isnull=False).update(deleted_at=long_ago)
    files = opened(archive_of(rich))
    assert all(row["deleted_at"] is None for row in rows_in(files, "entries"))
    assert rows_in(files, "matched_rows") == []  # it was matched with what is gone


def test_closes_are_what_was_entered(rich: User) -> None:
    closes = {row["year"]: row["closes"] for row in rows_in(opened(archive_of(rich)), "closes") if row["asset"] == 7}
    assert closes[2026]["2026-02-01"] == "0.000000012345"
    assert closes[2025] == {"2025-12-31": "1"}


def test_a_spreadsheet_runs_nothing_of_it(rich: User) -> None:
    for name, text in opened(archive_of(rich)).items():
        if name.startswith("csv/"):
            for line in csv.reader(StringIO(text.decode(), newline="")):
                for cell in line:
                    is_number = cell.lstrip("+-").replace(".", "", 1).isdigit()
                    assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (name, cell)
    assert b"'=cmd|1" in opened(archive_of(rich))["csv/transactions.csv"]


def test_the_sheets_are_for_people(rich: User) -> None:
    files = opened(archive_of(rich))
    entries = list(csv.DictReader(StringIO(files["csv/entries.csv"].decode(), newline="")))
    assert (entries[0]["account"], entries[0]["category"], entries[0]["amount"]) == (
        "Bank of India", "Food:Vegetables", "12.3456",
    )  # fmt: skip
    closes = list(csv.DictReader(StringIO(files["csv/closes.csv"].decode(), newline="")))
    assert closes[0] == {"symbol": "SHARE.NS", "date": "2025-12-31", "close": "0.14285714285714285"}
    worth = list(csv.DictReader(StringIO(files["csv/net_worth.csv"].decode(), newline="")))
    assert worth[0]["date"] == "2026-01-05"
    assert float(worth[-1]["net_worth"]) == figures_of(rich)["net_worth"]["series"]["net_worth"][len(worth) - 1]
    held = list(csv.DictReader(StringIO(files["csv/holdings.csv"].decode(), newline="")))
    assert {row["symbol"] for row in held} == {"SHARE.NS", "HEIR.NS", "120503", "AAPL", "OWN"}
    assert all(table.name in files["README.txt"].decode() for table in tables())


def test_nothing_of_others_is_in_it(rich: User, bob: User) -> None:
    """Bob holds the same share and has an asset, entries and texts of his own."""

    Asset.objects.create(owner=bob, symbol="MARKER-BOB", name="MARKER-BOB", asset_class="stock", currency="INR")
    account = bob.accounts.get()
    share = Asset.objects.get(symbol="SHARE.NS")
    Transaction.objects.create(
        user=bob, account=account, asset=share, kind="buy", date="2026-03-01", quantity=1, price=1, currency="INR",
        note="MARKER-BOB", external_id="MARKER-BOB",
    )  # fmt: skip
    Entry.objects.create(
        user=bob, account=account, kind="expense", date="2026-03-01", amount=1, currency="USD", payee="MARKER-BOB"
    )
    for text in opened(archive_of(rich)).values():
        assert b"MARKER-BOB" not in text
        assert b"bob@example.com" not in text


def test_no_secret_is_in_it(rich: User) -> None:

    token, key = ApiToken.issue(rich, "MARKER-TOKEN")
    for text in opened(archive_of(rich)).values():
        for secret in (rich.password, key, token.digest, token.prefix, "MARKER-TOKEN"):
            assert secret.encode() not in text


def test_a_person_with_nothing_moves_too(asha: User) -> None:
    archive = archive_of(asha)
    empty_the_database()
    person = make_person("elsewhere@example.com", currency="USD", zone="UTC")
    taken(archive, person)
    assert data_of(archive_of(User.objects.get(pk=person.pk))) == data_of(archive)
    assert (person.base_currency, person.timezone, person.accounts.get().currency) == ("INR", "Asia/Kolkata", "INR")
    assert not PriceYear.objects.exists()
