"""`seed_funds`: every scheme of India in the catalogue, with where its prices come from."""

import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portfolio.imports.progress import Progress
from portfolio.models import Asset, PriceSource
from portfolio.providers.schemes import Scheme
from portfolio.services.funds import Seeded, funds_seed
from tests.upstream.replica import Replica

FLEXI = Scheme(
    code="122639",
    name="Parag Parikh Flexi Cap Fund - Direct Plan - Growth",
    isin="INF879O01027",
    sector="Equity: Flexi Cap",
)
OLD = Scheme(code="100027", name="Old Fund")


pytestmark = pytest.mark.django_db


def test_a_scheme_becomes_an_asset_with_its_source() -> None:
    assert _seeded(FLEXI, OLD) == Seeded(created=2, changed=0, unchanged=0, taken=0)
    fund = Asset.objects.get(symbol="122639")
    assert (fund.owner, fund.asset_class, fund.currency) == (None, "mutual_fund", "INR")
    assert (fund.name, fund.isin, fund.amfi_code, fund.sector) == (FLEXI.name, FLEXI.isin, "122639", FLEXI.sector)
    source = PriceSource.objects.get(asset=fund)
    assert (source.provider, source.symbol) == ("mfapi", "122639")
    assert (source.wanted_from, source.due_at) == (None, None)  # nobody needs its prices yet


def test_a_second_time_changes_nothing() -> None:
    _seeded(FLEXI, OLD)
    before = [*_rows(Asset), *_rows(PriceSource)]
    assert _seeded(FLEXI, OLD) == Seeded(created=0, changed=0, unchanged=2, taken=0)
    assert [*_rows(Asset), *_rows(PriceSource)] == before


def test_it_takes_over_a_new_name_and_keeps_what_an_administrator_changed() -> None:
    _seeded(FLEXI)
    Asset.objects.update(sector="My own", isin="INF879O01035")
    PriceSource.objects.update(provider="fixed", symbol="PPFAS")
    renamed = Scheme(code="122639", name="Another name", isin=FLEXI.isin, sector=FLEXI.sector)
    assert _seeded(renamed) == Seeded(created=0, changed=1, unchanged=0, taken=0)
    fund = Asset.objects.get()
    assert (fund.name, fund.sector, fund.isin) == ("Another name", "My own", "INF879O01035")
    source = PriceSource.objects.get(asset=fund)
    assert (source.provider, source.symbol) == ("fixed", "PPFAS")


def test_it_fills_what_was_not_known_before() -> None:
    _seeded(Scheme(code="122639", name=FLEXI.name))
    assert _seeded(FLEXI).changed == 1
    fund = Asset.objects.get()
    assert (fund.sector, fund.isin) == (FLEXI.sector, FLEXI.isin)
    assert _seeded(Scheme(code="122639", name=FLEXI.name)).unchanged == 1


def test_a_fund_that_has_another_symbol_is_found_by_its_code() -> None:
    fund = Asset.objects.create(
        symbol="PPFCF", name="Flexi", asset_class="mutual_fund", currency="INR", amfi_code="122639"
    )
    assert _seeded(FLEXI).changed == 1
    fund.refresh_from_db()
    assert (fund.symbol, fund.name) == ("PPFCF", FLEXI.name)
    assert PriceSource.objects.get(asset=fund).symbol == "122639"


@pytest.mark.parametrize("facts", [{"asset_class": "stock"}, {"asset_class": "mutual_fund", "currency": "USD"}])
def test_a_code_that_is_the_symbol_of_something_else_is_left_alone(facts: dict[str, str]) -> None:
    asset = Asset.objects.create(**{"symbol": "122639", "name": "Not a fund", "currency": "INR", **facts})
    assert _seeded(FLEXI) == Seeded(created=0, changed=0, unchanged=0, taken=1)
    asset.refresh_from_db()
    assert asset.name == "Not a fund"
    assert not PriceSource.objects.exists()


def test_private_assets_are_somebody_elses(asha: Any) -> None:
    Asset.objects.create(owner=asha, symbol="122639", name="Mine", asset_class="mutual_fund", currency="INR")
    assert _seeded(FLEXI).created == 1
    assert Asset.objects.get(owner=asha).name == "Mine"


def test_names_that_are_too_long_are_cut() -> None:
    _seeded(Scheme(code="1", name="x" * 300, sector="y" * 300))
    fund = Asset.objects.get()
    assert (len(fund.name), len(fund.sector)) == (255, 100)


def test_all_schemes_take_seconds() -> None:
    schemes = [Scheme(code=str(code), name=f"Fund {code}", sector="Debt: Liquid") for code in range(100_000, 115_000)]
    started = time.monotonic()
    assert _seeded(*schemes).created == 15_000
    assert _seeded(*schemes).unchanged == 15_000
    assert time.monotonic() - started < 60  # a row at a time would take minutes
    assert PriceSource.objects.count() == 15_000


@pytest.mark.django_db(transaction=True)
def test_the_command_asks_both_and_says_what_it_did(replica: Replica) -> None:
    assert _command() == "31 funds: 31 new, 0 changed, 0 as they were.\n"
    fund = Asset.objects.get(symbol="122639")
    assert (fund.name, fund.isin, fund.sector) == (FLEXI.name, FLEXI.isin, FLEXI.sector)
    assert _command() == "31 funds: 0 new, 0 changed, 31 as they were.\n"


@pytest.mark.django_db(transaction=True)
def test_the_command_takes_amfis_file_while_mfapi_is_down(replica: Replica) -> None:
    replica.fault("mfapi", "500")
    assert _command().startswith("33 funds: 33 new")  # two have never had a NAV
    assert Asset.objects.get(symbol="122639").sector == FLEXI.sector
    assert replica.requests_to("amfi")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("source", ["mfapi", "amfi"])
def test_the_command_asks_one_of_them_alone(replica: Replica, source: str) -> None:
    _command(source=source)
    assert Asset.objects.filter(symbol="122639").exists()
    assert {record.upstream for record in replica.log} == {source}


@pytest.mark.django_db(transaction=True)
def test_the_command_says_when_nobody_answers(replica: Replica) -> None:
    replica.fault("mfapi|amfi", "500")
    with pytest.raises(CommandError, match=r"status 500.* Nothing was changed"):
        _command()
    assert not Asset.objects.exists()


def test_the_command_asks_nobody_where_live_prices_are_off() -> None:
    with pytest.raises(CommandError, match="LIVE_PRICES"):
        _command()


def _command(**options: str) -> str:
    out = StringIO()
    call_command("seed_funds", stdout=out, **options)
    return out.getvalue()


def _seeded(*schemes: Scheme) -> Seeded:
    return funds_seed(schemes=schemes, progress=Progress())


def _rows(model: Any) -> list[Any]:
    return list(model.objects.order_by("pk").values())
