"""/analytics/targets/: the weights that a person wants."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import AllocationTarget
from analytics.services.targets import TargetInput, targets_replace
from core.errors import InvalidInput
from core.services import account_create, account_delete
from portfolio.models import Asset
from tests.conftest import check_error

TARGETS = "/api/v1/analytics/targets/"


def put(api: Any, by: str, *rows: tuple[Any, str]) -> Any:
    targets = [{"key": str(key), "weight": weight} for key, weight in rows]
    return api.put(TARGETS, {"by": by, "targets": targets}, format="json")


def test_they_are_kept_as_they_were_entered(asha_api, mallory_api):
    answer = {
        "by": "asset_class",
        "targets": [
            {"key": "stock", "name": "stock", "weight": "0.6"},
            {"key": "gold", "name": "gold", "weight": "0.123456789012345678"},
        ],
    }

    response = put(asha_api, "asset_class", ("stock", "0.60"), ("gold", "0.123456789012345678"))

    assert (response.status_code, response.json()) == (200, answer)
    assert asha_api.get(TARGETS).json() == answer  # by class, where nothing is asked
    assert asha_api.get(TARGETS, {"by": "sector"}).json() == {"by": "sector", "targets": []}
    assert mallory_api.get(TARGETS).json() == {"by": "asset_class", "targets": []}


def test_the_new_ones_take_the_place_of_all_of_their_kind(asha_api, bob_api):
    put(asha_api, "asset_class", ("stock", "0.6"), ("gold", "0.1"))
    put(asha_api, "market_cap", ("large", "0.5"))
    put(bob_api, "asset_class", ("bond", "1"))

    put(asha_api, "asset_class", ("gold", "0.2"))

    assert [row["key"] for row in asha_api.get(TARGETS).json()["targets"]] == ["gold"]
    assert put(asha_api, "asset_class").json()["targets"] == []
    assert [row["key"] for row in asha_api.get(TARGETS, {"by": "market_cap"}).json()["targets"]] == ["large"]
    assert [row["key"] for row in bob_api.get(TARGETS).json()["targets"]] == ["bond"]


def test_every_kind_of_part_has_its_keys(asha_api, infosys, main):
    Asset.objects.filter(pk=infosys.pk).update(sector="Technology")
    kinds = {
        "sector": [("Technology", "0.5"), ("crypto", "0.2"), ("cash", "0.3")],
        "currency": [("INR", "0.75"), ("USD", "0.25")],
        "account": [(main.pk, "1")],
        "market_cap": [("large", "0.5"), ("unknown", "0.1")],
        "asset": [(infosys.pk, "0.9"), ("cash", "0.1")],
    }

    for by, rows in kinds.items():
        response = put(asha_api, by, *rows)
        assert response.status_code == 200, response.content
        assert [(row["key"], row["weight"]) for row in response.json()["targets"]] == [(str(k), w) for k, w in rows]
    assert asha_api.get(TARGETS, {"by": "asset"}).json()["targets"][0]["name"] == "Infosys"
    assert asha_api.get(TARGETS, {"by": "account"}).json()["targets"][0]["name"] == "Main"


def test_what_another_has_is_no_part(mallory_api, infosys, main):
    """Infosys is Asha's own here, and so are its sector and her account."""
    Asset.objects.filter(pk=infosys.pk).update(sector="Technology")

    for by, key in (("asset", infosys.pk), ("account", main.pk), ("sector", "Technology")):
        check_error(put(mallory_api, by, (key, "1")), 400, attr="targets.0.key", code="does_not_exist")
    assert not AllocationTarget.objects.exists()


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("asset_class", "stocks"),
        ("asset_class", "fx"),  # cannot be held
        ("currency", "XXX"),
        ("currency", "cash"),
        ("account", "cash"),
        ("account", "01"),
        ("market_cap", "huge"),
        ("sector", "Nobody's"),
        ("asset", "stock"),
        ("asset", "99999999999999999999999"),
        ("asset", "²"),
        ("asset", "٣"),
    ],
)
def test_a_key_that_names_no_part_is_refused(asha_api, by, key):
    check_error(put(asha_api, by, (key, "1")), 400, attr="targets.0.key", code="does_not_exist")


@pytest.mark.parametrize(
    "weight", ["-0.1", "1.1", "NaN", "Infinity", "", "half", "0.1234567890123456789", None, [], True]
)
def test_a_weight_is_a_number_from_0_to_1(asha_api, weight):
    response = put(asha_api, "asset_class", ("stock", "0.1"), ("gold", weight))

    check_error(response, 400, attr="targets.1.weight")
    check_error(put(asha_api, "asset_class", ("gold", weight)), 400, attr="targets.0.weight")


def test_together_they_are_at_most_1(asha_api, main):
    check_error(put(asha_api, "asset_class", ("stock", "0.6"), ("gold", "0.5")), 400, attr="targets", code="too_much")
    check_error(put(asha_api, "asset_class", ("stock", "0.6"), ("cash", "0.1")), 400, attr="targets", code="too_little")
    check_error(put(asha_api, "currency", ("INR", "0.9")), 400, attr="targets", code="too_little")
    check_error(put(asha_api, "account", (main.pk, "0.9")), 400, attr="targets", code="too_little")
    assert put(asha_api, "asset_class", ("stock", "0.6"), ("cash", "0.4")).status_code == 200
    assert put(asha_api, "currency").status_code == 200


def test_a_part_has_one_target(asha_api):
    response = put(asha_api, "asset_class", ("stock", "0.1"), ("gold", "0.1"), ("stock", "0.2"))

    assert [error["attr"] for error in response.json()["errors"]] == ["targets.0.key", "targets.2.key"]
    check_error(response, 400, code="duplicate")


def test_what_was_wrong_changes_nothing(asha_api, asha):
    put(asha_api, "asset_class", ("stock", "0.6"))

    put(asha_api, "asset_class", ("gold", "0.6"), ("nothing", "0.1"))
    with pytest.raises(InvalidInput) as refused:
        targets_replace(user=asha, by=AllocationTarget.By.ASSET_CLASS, targets=[TargetInput("gold", Decimal("1.5"))])

    assert [error.attr for error in refused.value.errors] == ["targets.0.weight"]
    assert [row["key"] for row in asha_api.get(TARGETS).json()["targets"]] == ["stock"]


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "by"),
        ({"by": "size", "targets": []}, "by"),
        ({"by": "asset"}, "targets"),
        ({"by": "asset", "targets": None}, "targets"),
        ({"by": "asset", "targets": "x"}, "targets"),
        ({"by": "asset", "targets": {"1": "2"}}, "targets"),
        ({"by": "asset", "targets": [1]}, "targets.0.non_field_errors"),
        ({"by": "asset", "targets": [{}]}, "targets.0.key"),
        ({"by": "asset", "targets": [{"key": "a\0b", "weight": "1"}]}, "targets.0.key"),
        ({"by": "asset", "targets": [{"key": "cash", "weight": "1", "colour": "red"}]}, "targets.0.colour"),
        ({"by": "asset", "targets": [], "colour": "red"}, "colour"),
        ({"by": "asset", "targets": [{"key": "cash", "weight": "0"}] * 501}, "targets"),
        ([], None),
    ],
)
def test_an_error_names_the_field(asha_api, body, attr):
    check_error(asha_api.put(TARGETS, body, format="json"), 400, attr=attr)


def test_who_nobody_is_has_none(anonymous_api, asha_api):
    assert anonymous_api.get(TARGETS).status_code == 401
    assert put(anonymous_api, "asset_class").status_code == 401
    check_error(asha_api.get(TARGETS, {"by": "size"}), 400, attr="by")
    check_error(asha_api.get(TARGETS, {"colour": "red"}), 400, attr="colour")
    assert asha_api.delete(TARGETS).status_code == 405


def test_the_target_of_what_is_gone_is_none(asha_api, asha, infosys, main):
    spare = account_create(user=asha, fields={"name": "Spare"})
    put(asha_api, "account", (main.pk, "0.5"), (spare.pk, "0.5"))
    put(asha_api, "asset", (infosys.pk, "0.5"))

    account_delete(account=spare)
    infosys.delete()

    assert [row["name"] for row in asha_api.get(TARGETS, {"by": "account"}).json()["targets"]] == ["Main"]
    assert asha_api.get(TARGETS, {"by": "asset"}).json()["targets"] == []


def test_all_of_it_takes_as_many_queries_as_one(asha_api):
    assets = [
        Asset.objects.create(symbol=f"A{n}", name=f"A{n}", asset_class="stock", currency="INR") for n in range(40)
    ]
    first = (assets[0].pk, "0.025")
    put(asha_api, "asset", first)  # what a process asks once, it has asked

    of_one = [queries_of(lambda: put(asha_api, "asset", first)), queries_of(lambda: listed(asha_api))]
    put(asha_api, "asset", *((asset.pk, "0.025") for asset in assets))
    of_all = [
        queries_of(lambda: put(asha_api, "asset", *((asset.pk, "0.025") for asset in assets))),
        queries_of(lambda: listed(asha_api)),
    ]

    assert len(listed(asha_api)) == 40
    assert of_all == of_one


def listed(api: Any) -> list[Any]:
    rows: list[Any] = api.get(TARGETS, {"by": "asset"}).json()["targets"]
    return rows


def queries_of(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)
