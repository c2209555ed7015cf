"""/assets/{id}/prices/."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from portfolio.models import Asset, PriceYear
from portfolio.services.prices import prices_record
from portfolio.signals import prices_changed
from tests.conftest import check_error


@pytest.fixture
def house(asha) -> Asset:
    return Asset.objects.create(owner=asha, symbol="HOUSE", name="House", asset_class="other", currency="INR")


def address(asset: Asset) -> str:
    return f"/api/v1/assets/{asset.pk}/prices/"


@pytest.fixture
def heard():
    """What was told of changed prices."""
    seen = []

    def note(sender, since, **_):
        seen.append(since)

    prices_changed.connect(note)
    yield seen
    prices_changed.disconnect(note)


def test_it_works(asha_api, house, heard):
    closes = {"2023-12-29": "12.34567", "2024-01-02": "0.00001234", "2024-12-31": "101.5"}

    response = asha_api.put(address(house), closes)

    assert (response.status_code, response.json()) == (200, closes)
    assert asha_api.get(address(house)).json() == closes
    assert asha_api.get(f"/api/v1/assets/{house.pk}/").json()["prices_from"] == "2023-12-29"
    assert heard == [{house.pk: date(2023, 12, 29)}]


def test_it_merges(asha_api, house, heard):
    asha_api.put(address(house), {"2024-01-02": "100", "2024-01-03": "101", "2024-01-05": "103"})
    response = asha_api.put(address(house), {"2024-01-05": 104.25, "2024-01-03": None})

    assert response.json() == {"2024-01-05": "104.25"}
    assert asha_api.get(address(house)).json() == {"2024-01-02": "100", "2024-01-05": "104.25"}
    assert heard[1:] == [{house.pk: date(2024, 1, 3)}]
    asha_api.put(address(house), {"2024-01-05": "104.25"})
    assert len(heard) == 2


def test_it_answers_a_period(asha_api, house):
    asha_api.put(address(house), {"2023-01-02": "1", "2024-01-02": "2", "2025-01-02": "3"})

    assert asha_api.get(address(house), {"from": "2023-06-01", "to": "2024-06-01"}).json() == {"2024-01-02": "2"}
    assert asha_api.get(address(house), {"from": "2024-01-02"}).json() == {"2024-01-02": "2", "2025-01-02": "3"}
    assert asha_api.get(address(house), {"to": "2000-01-01"}).json() == {}
    check_error(asha_api.get(address(house), {"from": "soon"}), 400, attr="from")


def test_without_closes_it_is_empty(asha_api, house):
    assert asha_api.get(address(house)).json() == {}
    assert asha_api.put(address(house), {}).json() == {}


@pytest.mark.parametrize(
    ("day", "close", "code"),
    [
        ("2024-01-03", "-1", "min_value"),
        ("2024-01-03", "0", "min_value"),
        ("2024-01-03", "NaN", "invalid"),
        ("2024-01-03", "1e30", None),
        ("2024-01-03", [], "invalid"),
        ("2024-02-30", "1", "invalid"),
        ("1899-12-31", "1", "before"),
        ("yesterday", "1", "invalid"),
        ((datetime.now(UTC).date() + timedelta(days=2)).isoformat(), "1", "invalid"),
    ],
)
def test_it_rejects(asha_api, house, heard, day, close, code):
    response = asha_api.put(address(house), {"2024-01-02": "100", day: close})

    check_error(response, 400, attr=day, code=code)
    assert not PriceYear.objects.exists()
    assert heard == []


@pytest.mark.parametrize("body", ["null", "[]", '["2024-01-02"]', '"x"', "3", "true"])
def test_it_rejects_what_is_no_object(asha_api, house, body):
    check_error(asha_api.put(address(house), body, content_type="application/json"), 400)


def test_the_catalogue_is_the_administrators(asha, asha_api, infosys):
    assert asha_api.get(address(infosys)).status_code == 200
    check_error(asha_api.put(address(infosys), {"2024-01-02": "1"}), 403, code="permission_denied")

    asha.is_staff = True
    asha.save()
    assert asha_api.put(address(infosys), {"2024-01-02": "1"}).status_code == 200


def test_it_hides_other_peoples(mallory_api, house):
    check_error(mallory_api.get(address(house)), 404)
    check_error(mallory_api.put(address(house), {"2024-01-02": "1"}), 404)
    assert not PriceYear.objects.exists()


def test_it_is_closed_to_the_anonymous(anonymous_api, house):
    check_error(anonymous_api.get(address(house)), 401)
    check_error(anonymous_api.put(address(house), {"2024-01-02": "1"}), 401)


@pytest.mark.parametrize("close", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e30"), Decimal(-1), Decimal(0)])
def test_the_service_names_the_asset_where_there_are_several(house, infosys, close):
    good = {date(2024, 1, 2): Decimal(1)}

    with pytest.raises(InvalidInput) as caught:
        prices_record(closes={house.pk: good, infosys.pk: {date(2024, 1, 3): close}})

    assert caught.value.attr == f"{infosys.pk}.2024-01-03"
    assert not PriceYear.objects.exists()


def test_a_pair_with_another_name_has_other_rates(asha, asha_api, heard):
    pair = Asset.objects.create(owner=asha, symbol="USDINR=X", name="Dollar", asset_class="fx", currency="INR")
    asha_api.put(address(pair), {"2024-01-02": "83"})

    assert asha_api.patch(f"/api/v1/assets/{pair.pk}/", {"symbol": "EURINR=X"}).status_code == 200
    assert heard == [{pair.pk: date(2024, 1, 2)}] * 3  # what it said before goes, what it says now comes
