"""/corporate-actions/."""

from datetime import UTC, datetime, timedelta

import pytest

from portfolio.models import Asset, CorporateAction, Holding
from tests.conftest import check_error
from tests.portfolio.conftest import figures, post, record

ACTIONS = "/api/v1/corporate-actions/"


def asset_of(user, symbol: str, currency: str = "INR") -> Asset:
    return Asset.objects.create(owner=user, symbol=symbol, name=symbol, asset_class="stock", currency=currency)


@pytest.fixture
def own(asha) -> Asset:
    return asset_of(asha, "OWN")


@pytest.fixture
def new(asha) -> Asset:
    return asset_of(asha, "NEW")


@pytest.fixture
def split(asha_api, own):
    return asha_api.post(ACTIONS, {"asset": own.pk, "kind": "split", "ex_date": "2024-03-01", "ratio": "2"}).json()


def address(action) -> str:
    return f"{ACTIONS}{action['id']}/"


def test_it_works(asha, asha_api, own):
    record(asha_api, "buy", "2024-01-02", own, quantity="10", price="100")

    response = asha_api.post(ACTIONS, {"asset": own.pk, "kind": "split", "ex_date": "2024-03-01", "ratio": "2"})

    assert response.status_code == 201, response.content
    body = response.json()
    action = CorporateAction.objects.get()
    assert body.pop("created_at")
    assert body == {
        "id": action.pk,
        "asset": own.pk,
        "kind": "split",
        "ex_date": "2024-03-01",
        "ratio": "2",
        "new_asset": None,
        "cost_fraction": None,
        "cash_per_share": "0",
        "status": "confirmed",
    }
    assert action.created_by == asha
    assert figures(asha, own, "quantity", "cost_basis") == ("20", "1000")


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"ratio": "0"}, "ratio", "min_value"),
        ({"ratio": "-2"}, "ratio", "min_value"),
        ({"ratio": "1"}, "ratio", "invalid"),
        ({"ratio": "NaN"}, "ratio", "invalid"),
        ({"ratio": "1e30"}, "ratio", None),
        ({"ratio": "1000001"}, "ratio", "max_value"),
        ({"kind": "coup"}, "kind", "invalid_choice"),
        ({"status": "maybe"}, "status", "invalid_choice"),
        ({"ex_date": "1899-12-31"}, "ex_date", "before"),
        ({"ex_date": (datetime.now(UTC).date() + timedelta(days=370)).isoformat()}, "ex_date", "invalid"),
        ({"ex_date": None}, "ex_date", "null"),
        ({"new_asset": "NEW"}, "new_asset", "not_applicable"),
        ({"cost_fraction": "0.3"}, "cost_fraction", "not_applicable"),
        ({"cash_per_share": "3"}, "cash_per_share", "not_applicable"),
        ({"kind": "spinoff", "cost_fraction": "0.3"}, "new_asset", "required"),
        ({"kind": "spinoff", "new_asset": "NEW"}, "cost_fraction", "required"),
        ({"kind": "spinoff", "new_asset": "NEW", "cost_fraction": "1"}, "cost_fraction", "invalid"),
        ({"kind": "spinoff", "new_asset": "NEW", "cost_fraction": "0"}, "cost_fraction", "invalid"),
        ({"kind": "spinoff", "new_asset": "NEW", "cost_fraction": "0.3", "ratio": "0"}, "ratio", "min_value"),
        ({"kind": "spinoff", "new_asset": "OWN", "cost_fraction": "0.3"}, "new_asset", "invalid"),
        ({"kind": "spinoff", "new_asset": "USD", "cost_fraction": "0.3"}, "new_asset", "wrong_currency"),
        ({"kind": "spinoff", "new_asset": "HERS", "cost_fraction": "0.3"}, "new_asset", "does_not_exist"),
        ({"kind": "merger"}, "new_asset", "required"),
        ({"kind": "merger", "ratio": "0"}, "ratio", "min_value"),
        ({"kind": "merger", "ratio": "0", "cash_per_share": "9", "new_asset": "NEW"}, "new_asset", "not_applicable"),
        ({"kind": "merger", "new_asset": "NEW", "cost_fraction": "1.1"}, "cost_fraction", "max_value"),
        ({"kind": "rename", "new_asset": "NEW", "ratio": "2"}, "ratio", "invalid"),
        ({"kind": "rename", "ratio": "1"}, "new_asset", "required"),
        ({"asset": 10**30}, "asset", "does_not_exist"),
        ({"asset": "OWN"}, "asset", "does_not_exist"),
        ({"created_by": 1}, "created_by", "unknown_field"),
    ],
)
def test_it_rejects(asha, mallory, asha_api, own, new, fields, attr, code):
    asset_of(asha, "USD", "USD")
    asset_of(mallory, "HERS")
    body = {"asset": own.pk, "kind": "split", "ex_date": "2024-03-01", "ratio": "2", **fields}
    if "new_asset" in fields:
        body["new_asset"] = Asset.objects.get(symbol=fields["new_asset"]).pk
    if fields.get("asset") == "OWN":
        body["asset"] = Asset.objects.get(symbol="HERS").pk

    check_error(asha_api.post(ACTIONS, body), 400, attr=attr, code=code)
    assert not CorporateAction.objects.exists()


def test_the_same_fact_twice_is_refused(asha_api, own, split):
    body = {"asset": own.pk, "kind": "split", "ex_date": "2024-03-01", "ratio": "3"}

    check_error(asha_api.post(ACTIONS, body), 400, attr="ex_date", code="unique")
    assert asha_api.post(ACTIONS, {**body, "status": "rejected"}).status_code == 201


def test_it_changes_what_is_named_and_the_books_with_it(asha, asha_api, own, split):
    record(asha_api, "buy", "2024-01-02", own, quantity="10", price="100")

    assert asha_api.patch(address(split), {"ratio": "5"}).status_code == 200
    assert figures(asha, own, "quantity") == ("50",)
    assert asha_api.patch(address(split), {"status": "rejected"}).status_code == 200
    assert figures(asha, own, "quantity") == ("10",)
    assert asha_api.patch(address(split), {"status": "confirmed"}).status_code == 200
    assert asha_api.delete(address(split)).status_code == 204
    assert figures(asha, own, "quantity") == ("10",)


def test_a_proposal_changes_nothing(asha, asha_api, own):
    record(asha_api, "buy", "2024-01-02", own, quantity="10", price="100")
    body = {"asset": own.pk, "kind": "split", "ex_date": "2024-03-01", "ratio": "2", "status": "proposed"}

    assert asha_api.post(ACTIONS, body).status_code == 201
    assert figures(asha, own, "quantity") == ("10",)


def test_what_transactions_contradict_is_refused(asha, asha_api, own, split):
    record(asha_api, "buy", "2024-01-02", own, quantity="10", price="100")
    record(asha_api, "sell", "2024-04-01", own, quantity="20", price="60")

    for response in (
        asha_api.delete(address(split)),
        asha_api.patch(address(split), {"ratio": "1.5"}),
        asha_api.patch(address(split), {"ex_date": "2024-05-01"}),
        asha_api.patch(address(split), {"status": "rejected"}),
    ):
        check_error(response, 409, code="contradiction")
        assert "1 person" in response.json()["errors"][0]["detail"]
    assert CorporateAction.objects.get().ratio == 2
    assert figures(asha, own, "quantity") == ("0",)


def test_what_grows_beyond_all_use_is_refused(asha, asha_api, own):
    record(asha_api, "buy", "2024-01-02", own, quantity="1e13", price="1")
    body = {"asset": own.pk, "kind": "split", "ratio": "1000000"}

    assert asha_api.post(ACTIONS, {**body, "ex_date": "2024-03-01"}).status_code == 201
    check_error(asha_api.post(ACTIONS, {**body, "ex_date": "2024-03-02"}), 409, code="contradiction")
    response = post(asha_api, "buy", "2024-02-01", own, quantity="1", price="1")
    assert response.status_code == 400, response.content
    assert figures(asha, own, "quantity") == ("10000000000000000000",)


def test_an_action_of_the_catalogue_reaches_everyone(asha, bob, asha_api, bob_api, infosys):
    for client in (asha_api, bob_api):
        record(client, "buy", "2024-01-02", infosys, quantity="10", price="100")
    asha.is_staff = True
    asha.save()
    body = {"asset": infosys.pk, "kind": "bonus", "ex_date": "2024-03-01", "ratio": "2"}

    check_error(bob_api.post(ACTIONS, body), 403, code="permission_denied")
    row = asha_api.post(ACTIONS, body).json()

    assert set(Holding.objects.values_list("quantity", flat=True)) == {20}
    assert bob_api.get(address(row)).status_code == 200
    check_error(bob_api.patch(address(row), {"ratio": "3"}), 403)
    check_error(bob_api.delete(address(row)), 403)
    asha_api.delete(address(row))
    assert set(Holding.objects.values_list("quantity", flat=True)) == {10}


def test_an_action_cannot_be_moved_to_the_catalogue(asha_api, infosys, split):
    check_error(asha_api.patch(address(split), {"asset": infosys.pk}), 403, code="permission_denied")


def test_what_came_by_an_action_goes_on_by_the_next(asha, asha_api, own, new):
    """Nobody traded the second and the third asset, and yet they are held."""
    third = asset_of(asha, "THIRD")
    record(asha_api, "buy", "2024-01-02", own, quantity="10", price="100")
    for old, after, day in ((own, new, "2024-02-01"), (new, third, "2024-03-01")):
        body = {"asset": old.pk, "kind": "rename", "ex_date": day, "new_asset": after.pk}
        last = asha_api.post(ACTIONS, body)
        assert last.status_code == 201, last.content

    assert figures(asha, third, "quantity", "cost_basis") == ("10", "1000")
    asha_api.delete(address(last.json()))
    assert figures(asha, new, "quantity", "cost_basis") == ("10", "1000")
    assert not Holding.objects.filter(asset=third).exists()


def test_it_filters(asha_api, own, new, split):
    asha_api.post(
        ACTIONS, {"asset": new.pk, "kind": "bonus", "ex_date": "2024-04-01", "ratio": "2", "status": "proposed"}
    )

    def kinds(**query):
        return [row["kind"] for row in asha_api.get(ACTIONS, query).json()["results"]]

    assert kinds() == ["bonus", "split"]
    assert kinds(asset=own.pk) == ["split"]
    assert kinds(status="proposed") == ["bonus"]
    check_error(asha_api.get(ACTIONS, {"status": "x"}), 400, attr="status")


def test_it_hides_other_peoples(mallory_api, split, own):
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(mallory_api, method)(address(split)), 404, code="not_found")
    assert mallory_api.get(ACTIONS).json()["results"] == []
    check_error(mallory_api.get(ACTIONS, {"asset": own.pk}), 400, attr="asset")


def test_it_is_closed_to_the_anonymous(anonymous_api, split):
    check_error(anonymous_api.get(ACTIONS), 401)
    check_error(anonymous_api.post(ACTIONS, {}), 401)
    check_error(anonymous_api.delete(address(split)), 401)


def test_a_repeated_post_counts_once(asha_api, own):
    body = {"asset": own.pk, "kind": "split", "ex_date": "2024-03-01", "ratio": "2"}
    answers = [asha_api.post(ACTIONS, body, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert CorporateAction.objects.count() == 1
