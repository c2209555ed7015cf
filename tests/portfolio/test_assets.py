"""/assets/."""

from decimal import Decimal

import pytest

from portfolio.models import Asset, Quote
from tests.conftest import check_error
from tests.portfolio.conftest import record

ASSETS = "/api/v1/assets/"
HOUSE = {"symbol": "house", "name": "Our house", "asset_class": "other", "currency": "inr"}


def address(asset: Asset) -> str:
    return f"{ASSETS}{asset.pk}/"


@pytest.fixture
def house(asha) -> Asset:
    return Asset.objects.create(owner=asha, symbol="HOUSE", name="House", asset_class="other", currency="INR")


def test_it_works(asha, asha_api):
    response = asha_api.post(ASSETS, {**HOUSE, "sector": "Real estate"})

    assert response.status_code == 201
    asset = Asset.objects.get()
    assert asset.owner == asha
    assert response.json() == {
        "id": asset.pk,
        "symbol": "HOUSE",
        "name": "Our house",
        "asset_class": "other",
        "currency": "INR",
        "sector": "Real estate",
        "market_cap": "",
        "isin": "",
        "amfi_code": "",
        "prices_from": None,
        "prices_to": None,
        "is_private": True,
    }


def test_search_ranks_exact_before_prefix_before_within(asha_api):
    for symbol, name in (
        ("XGOLD", "A"),
        ("GOLDBEES", "B"),
        ("GOLD", "C"),
        ("SILVER", "Not Gold"),
        ("SGB", "Gold bond"),
    ):
        Asset.objects.create(symbol=symbol, name=name, asset_class="gold", currency="INR")

    found = asha_api.get(ASSETS, {"search": "gold"}).json()["results"]

    assert [asset["symbol"] for asset in found] == ["GOLD", "GOLDBEES", "SGB", "SILVER", "XGOLD"]


def test_search_pages_in_its_order(asha_api):
    for symbol in ("AGOLD", "GOLD", "GOLDA"):
        Asset.objects.create(symbol=symbol, name=symbol, asset_class="gold", currency="INR")

    first = asha_api.get(ASSETS, {"search": "gold", "page_size": 2}).json()
    second = asha_api.get(first["next"]).json()

    assert [row["symbol"] for page in (first, second) for row in page["results"]] == ["GOLD", "GOLDA", "AGOLD"]


def test_it_finds_by_isin_and_amfi_code(asha_api, infosys):
    Asset.objects.filter(pk=infosys.pk).update(isin="INE009A01021", amfi_code="120503")

    for search in ("INE009A01021", "ine009", "120503", "infosys", "INFY", ""):
        found = asha_api.get(ASSETS, {"search": search}).json()["results"]
        assert [asset["id"] for asset in found] == [infosys.pk], search
    assert asha_api.get(ASSETS, {"search": "100%"}).json()["results"] == []


@pytest.mark.parametrize("search", ["x" * 101, "\0"])
def test_it_rejects_a_search(asha_api, search):
    check_error(asha_api.get(ASSETS, {"search": search}), 400, attr="search" if search != "\0" else None)


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"symbol": "taken"}, "symbol", "unique"),
        ({"symbol": ""}, "symbol", "blank"),
        ({"symbol": "x" * 65}, "symbol", "max_length"),
        ({"name": None}, "name", "null"),
        ({"asset_class": "castle"}, "asset_class", "invalid_choice"),
        ({"currency": "ZZZ"}, "currency", "invalid_currency"),
        ({"isin": "123"}, "isin", "invalid"),
        ({"amfi_code": "x"}, "amfi_code", "invalid"),
        ({"prices_from": "2024-01-01"}, "prices_from", "read_only"),
        ({"owner": None}, "owner", "unknown_field"),
        ({"asset_class": "fx"}, "symbol", "invalid"),
        ({"asset_class": "fx", "symbol": "USDINR=X", "currency": "USD"}, "currency", "invalid"),
    ],
)
def test_it_rejects(asha, asha_api, house, fields, attr, code):
    Asset.objects.create(owner=asha, symbol="TAKEN", name="x", asset_class="other", currency="INR")

    check_error(asha_api.post(ASSETS, {**HOUSE, "symbol": "new", **fields}), 400, attr=attr, code=code)
    check_error(asha_api.patch(address(house), fields), 400, attr=attr, code=code)
    assert sorted(Asset.objects.values_list("symbol", flat=True)) == ["HOUSE", "TAKEN"]


def test_two_people_and_the_catalogue_may_use_the_same_symbol(asha_api, mallory_api, infosys):
    for client in (asha_api, mallory_api):
        assert client.post(ASSETS, {**HOUSE, "symbol": "INFY"}).status_code == 201


def test_it_changes_what_is_named(asha_api, house):
    response = asha_api.patch(address(house), {"name": "Home", "currency": "USD"})

    assert (response.status_code, response.json()["name"], response.json()["currency"]) == (200, "Home", "USD")
    assert asha_api.put(address(house), response.json()).status_code == 200


def test_the_currency_of_what_has_prices_or_transactions_stays(asha_api, house):
    asha_api.put(f"{address(house)}prices/", {"2024-01-02": "1"})
    check_error(asha_api.patch(address(house), {"currency": "USD"}), 409, attr="currency", code="in_use")
    asha_api.put(f"{address(house)}prices/", {"2024-01-02": None})
    assert asha_api.patch(address(house), {"currency": "USD"}).status_code == 200

    quote = Quote.objects.create(asset=house, price=Decimal(1))
    check_error(asha_api.patch(address(house), {"currency": "INR"}), 409, attr="currency", code="in_use")
    quote.delete()

    record(asha_api, "buy", "2024-01-02", house, quantity="1", price="1")
    check_error(asha_api.patch(address(house), {"currency": "INR"}), 409, attr="currency", code="in_use")
    check_error(asha_api.patch(address(house), {"asset_class": "index"}), 409, attr="asset_class", code="in_use")


def test_it_deletes_what_has_no_transactions(asha_api, house):
    row = record(asha_api, "buy", "2024-01-02", house, quantity="1", price="1")
    check_error(asha_api.delete(address(house)), 409, code="in_use")

    asha_api.delete(f"/api/v1/transactions/{row['id']}/")
    asha_api.put(f"{address(house)}prices/", {"2024-01-02": "1"})
    assert asha_api.delete(address(house)).status_code == 204
    assert not Asset.objects.exists()


def test_the_catalogue_is_the_administrators(asha, asha_api, infosys):
    assert asha_api.get(address(infosys)).json()["is_private"] is False
    check_error(asha_api.patch(address(infosys), {"name": "x"}), 403, code="permission_denied")
    check_error(asha_api.delete(address(infosys)), 403, code="permission_denied")

    asha.is_staff = True
    asha.save()
    assert asha_api.patch(address(infosys), {"name": "Infosys Ltd"}).status_code == 200


def test_it_hides_other_peoples(mallory_api, house):
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(mallory_api, method)(address(house)), 404, code="not_found")
    assert mallory_api.get(ASSETS, {"search": "HOUSE"}).json()["results"] == []


def test_it_is_closed_to_the_anonymous(anonymous_api, house):
    check_error(anonymous_api.get(ASSETS), 401)
    check_error(anonymous_api.post(ASSETS, HOUSE), 401)
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(anonymous_api, method)(address(house)), 401)


def test_a_repeated_post_counts_once(asha_api):
    answers = [asha_api.post(ASSETS, HOUSE, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert Asset.objects.count() == 1
