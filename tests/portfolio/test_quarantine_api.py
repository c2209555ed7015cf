"""/quarantine/: who sees closes that were not believed, and who decides."""

from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset, Quarantine
from portfolio.selectors import asset_closes
from tests.analytics.conftest import travel
from tests.conftest import api_of, check_error
from tests.portfolio.conftest import record

QUARANTINE = "/api/v1/quarantine/"
SEEN = datetime(2026, 3, 10, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with travel(SEEN.date()):
        yield


@pytest.fixture
def held(asha_api: APIClient, infosys: Asset) -> Asset:
    record(asha_api, "buy", "2026-03-02", infosys, quantity="1", price="100")
    return infosys


@pytest.fixture
def staff(bob: User) -> APIClient:
    bob.is_staff = True
    bob.save()
    return api_of(bob)


def refused(asset: Asset, reason: str = "wrong_scale", **fields) -> Quarantine:
    closes = {"2026-03-05": "1500", "2026-03-06": "1510.5"}
    return Quarantine.objects.create(
        asset=asset, reason=reason, first_seen_at=SEEN, last_seen_at=SEEN, **{"closes": closes, **fields}
    )


def ids(client: APIClient) -> list[int]:
    return [row["id"] for row in client.get(QUARANTINE).json()["results"]]


def test_closes_in_another_currency_are_never_stored(staff, held, asha_api):
    row = refused(held, reason="wrong_currency")

    check_error(staff.post(f"{QUARANTINE}{row.pk}/accept/"), 409, code="wrong_currency")
    assert asset_closes(held) == {}
    assert ids(asha_api) == [row.pk]
    assert staff.post(f"{QUARANTINE}{row.pk}/reject/").status_code == 200


def test_it_works(asha_api, held):
    row = refused(held, detail="1500 after 150.")

    assert asha_api.get(QUARANTINE).json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": row.pk,
                "asset": held.pk,
                "symbol": "INFY",
                "reason": "wrong_scale",
                "status": "open",
                "closes": {"2026-03-05": "1500", "2026-03-06": "1510.5"},
                "detail": "1500 after 150.",
                "first_seen_at": "2026-03-10T05:00:00Z",
                "last_seen_at": "2026-03-10T05:00:00Z",
            }
        ],
    }


def test_only_what_is_open_and_concerns_one_is_listed(asha, mallory, asha_api, mallory_api, staff, held, tcs):
    private = Asset.objects.create(owner=mallory, symbol="HUT", name="A hut", asset_class="other", currency="INR")
    of_held, of_tcs, of_hut = refused(held), refused(tcs), refused(private)
    refused(held, "changed", status="accepted")
    refused(held, "not_positive", status="rejected")

    assert ids(asha_api) == [of_held.pk]
    assert ids(mallory_api) == [of_hut.pk]
    assert ids(staff) == [of_tcs.pk, of_held.pk]


def test_an_administrator_accepts(staff, held):
    row = refused(held)

    response = staff.post(f"{QUARANTINE}{row.pk}/accept/")

    assert (response.status_code, response.json()["status"]) == (200, "accepted")
    held.refresh_from_db()
    assert {str(day): str(close) for day, close in asset_closes(held).items()} == {
        "2026-03-05": "1500.0",
        "2026-03-06": "1510.5",
    }
    assert ids(staff) == []
    check_error(staff.post(f"{QUARANTINE}{row.pk}/reject/"), 409, code="decided")


def test_an_administrator_rejects(staff, held):
    row = refused(held)

    response = staff.post(f"{QUARANTINE}{row.pk}/reject/")

    assert (response.status_code, response.json()["status"]) == (200, "rejected")
    held.refresh_from_db()
    assert asset_closes(held) == {}


def test_an_owner_decides_of_their_own(asha, asha_api):
    own = Asset.objects.create(owner=asha, symbol="HUT", name="A hut", asset_class="other", currency="INR")

    assert asha_api.post(f"{QUARANTINE}{refused(own).pk}/accept/").status_code == 200
    assert asha_api.post(f"{QUARANTINE}{refused(own).pk}/reject/").status_code == 200


def test_a_holder_of_the_catalogue_sees_but_does_not_decide(asha_api, held):
    row = refused(held)
    for answer in ("accept", "reject"):
        check_error(asha_api.post(f"{QUARANTINE}{row.pk}/{answer}/"), 403)
    assert Quarantine.objects.get().status == "open"


def test_what_cannot_be_a_close_is_not_accepted(staff, held):
    row = refused(held, "not_positive", closes={"2026-03-05": "-1"})

    check_error(staff.post(f"{QUARANTINE}{row.pk}/accept/"), 400)
    assert Quarantine.objects.get().status == "open"


def test_a_stranger_finds_nothing(mallory_api, staff, asha, held):
    own = Asset.objects.create(owner=asha, symbol="HUT", name="A hut", asset_class="other", currency="INR")
    for client, row in ((mallory_api, refused(held)), (staff, refused(own))):
        for answer in ("accept", "reject"):
            check_error(client.post(f"{QUARANTINE}{row.pk}/{answer}/"), 404)
    check_error(staff.post(f"{QUARANTINE}999999/accept/"), 404)
    assert set(Quarantine.objects.values_list("status", flat=True)) == {"open"}


def test_nobody_is_401(anonymous_api):
    check_error(anonymous_api.get(QUARANTINE), 401)
    check_error(anonymous_api.post(f"{QUARANTINE}1/accept/"), 401)
