"""Random people: what goes out comes in, and goes out the same; also from one kind of database into the other."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from core.models import Account, User
from core.services import account_create
from ledger.models import Balance
from ledger.services.entries import EntryInput, entries_record
from portfolio.books.events import BooksError
from portfolio.models import Asset, CorporateAction, Transaction
from portfolio.prices.store import closes_merge
from portfolio.services.action_rules import action_errors
from portfolio.services.books import books_project
from tests.archive.handling import archive_of, data_of, empty_the_database, taken
from tests.conftest import make_person
from tests.oracle.households import households
from tests.oracle.world import World

ROOT = Path(__file__).resolve().parents[2]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""To make a failure smaller takes minutes."""
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def written(world: World, texts: list[str]) -> User:
    """The world in the database."""
    person = make_person("world@example.com", currency=world.base, zone="UTC")
    accounts = {number: _account(person, number, world) for number in world.accounts}
    assets = {
        number: Asset.objects.create(symbol=f"A{number}", name=f"A{number}", asset_class="stock", currency=currency)
        for number, currency in world.assets.items()
    }
    _market(world, assets)
    trades = [
        Transaction(
            user=person, account=accounts[entry.account], asset=assets.get(entry.asset or 0), kind=entry.kind,
            date=entry.day, time=entry.at, quantity=entry.quantity or None, amount=entry.gross, fee=entry.fee,
            tax=entry.tax, currency=entry.currency, note=texts[entry.id % len(texts)],
        )
        for entry in world.entries
        if entry.gross is None or entry.gross > 0
    ]  # fmt: skip
    Transaction.objects.bulk_create(trades)
    try:
        with transaction.atomic():
            books_project(user_id=person.pk, asset_ids=[None, *(asset.pk for asset in assets.values())])
    except BooksError:  # it sells what an action gave that is left out
        empty_the_database()
        reject()
    _everyday(person, world, accounts, texts)
    return User.objects.get(pk=person.pk)


def _account(person: User, number: int, world: World) -> Account:
    told = world.accounts[number]
    fields = {"name": f"{number}", "kind": told.kind, "currency": told.currency, "tracks_cash": told.tracks_cash}
    return account_create(user=person, fields={**fields, "cost_method": "average" if told.average else "fifo"})


def _market(world: World, assets: dict[int, Asset]) -> None:
    closes_merge({assets[n].pk: {day: float(close) for day, close in days.items()} for n, days in world.closes.items()})
    for (one, other), rates in world.rates.items():
        pair = Asset.objects.create(symbol=f"{one}{other}=X", name=one, asset_class="fx", currency=other)
        closes_merge({pair.pk: {day: float(rate) for day, rate in rates.items()}})
    for told in world.actions:
        action = CorporateAction(
            asset=assets[told.asset], kind=told.kind, ex_date=told.day, ratio=told.ratio,
            new_asset=assets.get(told.new_asset or 0), cost_fraction=told.cost_fraction,
            cash_per_share=told.cash_per_share,
        )  # fmt: skip
        if not action_errors(action):  # the books bear more than people may say
            action.save()


def _everyday(person: User, world: World, accounts: dict[int, Account], texts: list[str]) -> None:
    rows = [
        EntryInput(
            account=accounts[one.account], kind=one.kind, date=one.day, amount=one.amount, currency=one.currency,
            to_account=accounts.get(one.to_account or 0), account_amount=one.account_amount, to_amount=one.to_amount,
            fee=one.fee, payee=texts[number % len(texts)], note=texts[-1],
        )
        for number, one in enumerate(world.everyday)
    ]  # fmt: skip
    entries_record(user=person, rows=rows)
    for (number, day), balance in world.statements.items():
        Balance.objects.create(user=person, account=accounts[number], date=day, balance=Decimal(balance))


def check_moves(world: World, texts: list[str]) -> None:
    person = written(world, texts)
    archive = archive_of(person)
    empty_the_database()
    newcomer = make_person("elsewhere@example.com", currency="INR", zone="UTC")
    taken(archive, newcomer)
    again = archive_of(User.objects.get(pk=newcomer.pk))
    empty_the_database()
    assert data_of(again) == data_of(archive)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(world=households(), texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_random_people_move_whole(world: World, texts: list[str]) -> None:
    check_moves(world, texts)


@pytest.mark.drill
@pytest.mark.django_db
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(world=households(), texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_many_random_people_move_whole(world: World, texts: list[str]) -> None:
    check_moves(world, texts)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="from SQLite into the Postgres of this run")
def test_from_sqlite_into_postgres_and_back(rich: User, newcomer: User, tmp_path: Path) -> None:
    """Another process with another database takes what this one exports, and exports it again."""
    file, again = tmp_path / "here.zip", tmp_path / "there.zip"
    file.write_bytes(archive_of(rich))
    environment = {
        **os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'there.sqlite3'}", "DATA_DIR": str(tmp_path),
        "BACKGROUND": "off", "EMAIL_URL": "dummymail://",
    }  # fmt: skip
    for command in (
        ("migrate", "--verbosity=0"),
        ("shell", "-v0", "-c", "from core.models import User; User.objects.create_user('there@example.com')"),
        ("import_archive", str(file), "--user", "there@example.com"),
        ("export_archive", "there@example.com", str(again)),
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    assert data_of(again.read_bytes()) == data_of(file.read_bytes())
    empty_the_database()
    back = make_person("back@example.com", currency="USD", zone="UTC")
    taken(again.read_bytes(), back)
    assert data_of(archive_of(User.objects.get(pk=back.pk))) == data_of(file.read_bytes())
