"""/plans/: investments that repeat; each instalment is bought once, at the first close from its day on."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core import background
from core.models import Account, User
from core.services import account_create, account_update
from portfolio.models import Asset, Holding, Instalment, InvestmentPlan, PriceSource, Transaction
from portfolio.services.instalments import instalments_make_due
from portfolio.services.plans import plans_make_due
from portfolio.services.prices import prices_record
from portfolio.services.transactions import transaction_delete
from portfolio.sync.needs import needs_found, needs_note
from tests.conftest import check_error

PLANS = "/api/v1/plans/"
TRANSACTIONS = "/api/v1/transactions/"
SATURDAY, MONDAY = "2024-01-06", "2024-01-08"


def at(moment: str) -> Any:
    """An instant in UTC; a day without a time is noon."""
    text = moment if "T" in moment else f"{moment}T12:00"
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=UTC), tick=False)


def closes(asset: Asset, **by_day: str) -> None:
    """closes(fund, d2024_01_05="110")."""
    days = {date.fromisoformat(day[1:].replace("_", "-")): Decimal(close) for day, close in by_day.items()}
    prices_record(closes={asset.pk: days})


def post(api: APIClient, fields: dict[str, Any], **changes: Any) -> Any:
    answer = api.post(PLANS, {**fields, **changes}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def patch(api: APIClient, plan: dict[str, Any], **changes: Any) -> Any:
    answer = api.patch(f"{PLANS}{plan['id']}/", changes, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def get(api: APIClient, plan: dict[str, Any]) -> Any:
    return api.get(f"{PLANS}{plan['id']}/").json()


def instalments(api: APIClient, plan: dict[str, Any], **query: str) -> Any:
    return api.get(f"{PLANS}{plan['id']}/instalments/", {"ordering": "due_on", **query}).json()["results"]


def retry(api: APIClient, plan: dict[str, Any], instalment: dict[str, Any]) -> Any:
    return api.post(f"{PLANS}{plan['id']}/instalments/{instalment['id']}/retry/")


def make(moment: str) -> None:
    with at(moment):
        background.run_due()


@pytest.fixture
def fund(db: None) -> Asset:
    return Asset.objects.create(symbol="120503", name="A fund", asset_class="mutual_fund", currency="INR")


@pytest.fixture
def demat(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Demat", "kind": "demat"})


@pytest.fixture
def sip(fund: Asset) -> dict[str, Any]:
    return {"name": "SIP", "asset": fund.pk, "amount": "5000", "starts_on": SATURDAY}


class TestPurchases:
    def test_a_saturday_waits_for_the_nav_of_monday(self, asha, asha_api, fund, sip):
        """5,000 × 0.00005 = 0.25 of stamp duty; 4,999.75 / 123.4567 = 40.4980…, so 40.498 units.

        40.498 × 123.4567 = 4,999.7494366, so 0.0005634 buys no unit.
        """
        closes(fund, d2024_01_05="120")
        with at("2024-01-05"):
            plan = post(asha_api, sip, tax_rate="0.00005")
            assert plan["next_on"] == SATURDAY
        make(SATURDAY)
        make("2024-01-07")
        (waiting,) = instalments(asha_api, plan)
        assert (waiting["due_on"], waiting["status"], waiting["transaction"]) == (SATURDAY, "waiting", None)
        assert not Transaction.objects.exists()

        with at("2024-01-09"):
            closes(fund, d2024_01_08="123.4567", d2024_01_09="130")
            background.run_due()
            (made,) = instalments(asha_api, plan)
            plan = get(asha_api, plan)
        bought = Transaction.objects.get()
        assert (bought.kind, bought.date, bought.user) == ("buy", date(2024, 1, 8), asha)
        assert (bought.quantity, bought.price) == (Decimal("40.498"), Decimal("123.4567"))
        assert (bought.fee, bought.tax, bought.amount) == (0, Decimal("0.25"), None)
        assert bought.external_id == f"plan:{plan['id']}:{SATURDAY}"
        assert (made["status"], made["transaction"], made["amount"]) == ("made", bought.pk, "5000")
        assert made["reason"] == "0.0005634 INR bought no further unit and stayed with you."
        assert plan["figures"] == {
            "invested": "4999.7494366", "paid": "4999.9994366", "units": "40.498",
            "made": 1, "waiting": 0, "refused": 0,
        }  # fmt: skip
        assert Holding.objects.get().quantity == Decimal("40.498")

    @pytest.mark.parametrize(
        ("asset_class", "decimals", "quantity"),
        [
            ("mutual_fund", None, "33.333"), ("crypto", None, "33.33333333"), ("stock", None, "33.333333"),
            ("stock", 0, "33"),
        ],
    )  # fmt: skip
    def test_units_are_rounded_down(self, asha_api, asset_class, decimals, quantity):
        """(110 − 10) / 3, and of a share that is not split 99 are paid: 1 stays."""
        asset = Asset.objects.create(symbol="X", name="X", asset_class=asset_class, currency="INR")
        closes(asset, d2024_01_06="3")
        given = {} if decimals is None else {"quantity_decimals": decimals}
        with at(SATURDAY):
            plan = post(
                asha_api, {"name": "x", "symbol": "x", "amount": "110", "fee": "10", "starts_on": SATURDAY}, **given
            )
        bought = Transaction.objects.get()

        assert bought.quantity == Decimal(quantity)
        assert bought.fee == 10
        if decimals == 0:
            assert instalments(asha_api, plan)[0]["reason"] == "1 INR bought no further unit and stayed with you."
        assert plan["symbol"] == "X"

    def test_nothing_is_left_where_it_divides(self, asha_api, fund, sip):
        closes(fund, d2024_01_06="100")
        with at(SATURDAY):
            plan = post(asha_api, sip)

        assert instalments(asha_api, plan)[0]["reason"] == ""
        assert plan["figures"]["invested"] == plan["figures"]["paid"] == "5000"

    def test_the_past_is_bought_at_the_closes_of_then(self, asha_api, fund, sip):
        """6 January at 100, 6 February at 125, 6 March (no close until the 8th) at 200: 50 + 40 + 25 units."""
        closes(fund, d2024_01_05="90", d2024_01_06="100", d2024_02_06="125", d2024_03_08="200")
        with at("2024-03-10"):
            plan = post(asha_api, sip)

        assert [row["due_on"] for row in instalments(asha_api, plan)] == ["2024-01-06", "2024-02-06", "2024-03-06"]
        bought = Transaction.objects.order_by("date").values_list("date", "quantity")
        assert list(bought) == [(date(2024, 1, 6), 50), (date(2024, 2, 6), 40), (date(2024, 3, 8), 25)]
        assert plan["figures"]["units"] == "115"

    def test_closes_of_much_later_are_not_taken(self, asha_api, fund, sip):
        """What is stored begins 11 days after the instalment: closes of before that are missing, and it waits."""
        closes(fund, d2024_01_17="100")
        with at("2024-01-20"):
            plan = post(asha_api, sip)
            assert plan["figures"]["waiting"] == 1
            assert not instalments_make_due()
            closes(fund, d2024_01_08="50")
            background.run_due()

        assert Transaction.objects.get().quantity == 100

    def test_with_a_source_it_waits_until_all_closes_since_were_asked_for(self, asha_api, fund, sip):
        """On 8 January there was a close; of what is stored, the 10th is the first."""
        source = PriceSource.objects.create(asset=fund, provider="mfapi", symbol="120503")
        closes(fund, d2024_01_10="100")
        with at("2024-01-11"):
            plan = post(asha_api, sip)
            assert plan["figures"]["waiting"] == 1
            source.fetched_from = date(2023, 12, 27)
            source.save()
            closes(fund, d2024_01_08="50")
            background.run_due()

        assert Transaction.objects.get().quantity == 100

    def test_a_correction_of_the_close_changes_nothing(self, asha_api, fund, sip):
        closes(fund, d2024_01_06="100")
        with at(SATURDAY):
            post(asha_api, sip)
            closes(fund, d2024_01_06="50")
            background.run_due()

        assert Transaction.objects.get().quantity == 50  # 5,000 / 100

    def test_a_close_of_a_day_that_has_not_begun_for_the_person(self, bob_api, fund, sip):
        """A NAV of 8 January is known at 2:00 UTC on the 8th, when it is still the 7th in New York."""
        with at("2024-01-08T02:00"):
            plan = post(bob_api, sip)
            closes(fund, d2024_01_08="100")
            background.run_due()
            assert get(bob_api, plan)["figures"]["waiting"] == 1
        make("2024-01-08T05:00")

        assert Transaction.objects.get().date == date(2024, 1, 8)

    @pytest.mark.parametrize("tracks_cash", [False, True])
    def test_with_and_without_cash(self, asha, asha_api, fund, sip, tracks_cash):
        """50 units at 99.9 are 4,995, and 5 of fee."""
        account = account_create(user=asha, fields={"name": "Broker", "tracks_cash": tracks_cash})
        closes(fund, d2024_01_06="99.9")
        with at(SATURDAY):
            asha_api.post(TRANSACTIONS, {"kind": "deposit", "date": SATURDAY, "amount": "9000", "account": account.pk})
            post(asha_api, sip, account=account.pk, fee="5")

        bought = Transaction.objects.get(kind="buy")
        assert (bought.account, bought.quantity, bought.fee) == (account, 50, 5)

    def test_the_wake_after_new_closes(self, asha_api, fund, sip, django_capture_on_commit_callbacks):
        with at(SATURDAY):
            post(asha_api, sip)
            with django_capture_on_commit_callbacks() as callbacks:
                closes(fund, d2024_01_06="100")

        assert background.wake in callbacks


class TestRefusals:
    def test_a_closed_account_and_another_try(self, asha, asha_api, fund, sip, demat):
        with at("2024-01-05"):
            plan = post(asha_api, sip, account=demat.pk)
            account_update(account=demat, changes={"closed_on": date(2024, 1, 7)})
        with at(MONDAY):
            closes(fund, d2024_01_08="100")
            background.run_due()
            (refused,) = instalments(asha_api, plan)
            assert refused["status"] == "refused"
            assert refused["reason"] == "Must not be after the account closed, on 2024-01-07."
            assert get(asha_api, plan)["figures"]["refused"] == 1

            again = retry(asha_api, plan, refused)
            assert (again.status_code, again.json()["status"]) == (200, "refused")
            patch(asha_api, plan, account=asha.accounts.get(is_default=True).pk)
            again = retry(asha_api, plan, refused)
            assert again.json()["status"] == "made"
            check_error(retry(asha_api, plan, refused), 409, code="made")

        assert Transaction.objects.count() == 1

    def test_one_that_is_refused_keeps_no_other_back(self, asha, asha_api, fund, sip, demat):
        """Of four instalments, two are of days on which the account was not yet open."""
        account_update(account=demat, changes={"opened_on": date(2024, 2, 10)})
        closes(fund, d2024_01_06="100", d2024_02_06="100", d2024_03_06="100", d2024_04_06="100")
        with at("2024-04-10"):
            plan = post(asha_api, sip, account=demat.pk)

        assert [row["status"] for row in instalments(asha_api, plan)] == ["refused", "refused", "made", "made"]
        assert instalments(asha_api, plan, status="made")[0]["due_on"] == "2024-03-06"

    def test_an_external_id_that_is_taken(self, asha, asha_api, fund, sip):
        with at("2024-01-05"):
            plan = post(asha_api, sip)
        with at(SATURDAY):
            name = f"plan:{plan['id']}:{SATURDAY}"
            taken = {"kind": "deposit", "date": SATURDAY, "amount": "1", "external_id": name}
            assert asha_api.post(TRANSACTIONS, taken).status_code == 201
            closes(fund, d2024_01_06="100")
            background.run_due()

        assert name in instalments(asha_api, plan)[0]["reason"]

    def test_too_little_for_any_unit(self, asha_api, fund, sip):
        closes(fund, d2024_01_06="10000000")
        with at(SATURDAY):
            plan = post(asha_api, sip)

        (refused,) = instalments(asha_api, plan)
        assert refused["reason"] == "5000 INR is less than 0.001 of 120503 costs at 10000000 on 2024-01-06."

    def test_whatever_goes_wrong_with_one_the_others_go_on(self, asha_api, bob_api, fund, sip, monkeypatch, caplog):
        """A unit of which there can be no such part breaks the sum itself."""
        with at("2024-01-05"):
            broken, sound = post(asha_api, sip), post(bob_api, sip)
        InvestmentPlan.objects.filter(pk=broken["id"]).update(quantity_decimals=30_000)
        with at("2024-01-06T20:00"):
            closes(fund, d2024_01_06="100")
            background.run_due()

        assert get(bob_api, sound)["figures"]["made"] == 1
        assert instalments(asha_api, broken)[0]["status"] == "refused"
        assert "could not be bought" in caplog.text


class TestEdits:
    def test_another_amount_is_of_the_days_to_come(self, asha_api, fund, sip):
        closes(fund, d2024_01_06="100")
        with at(SATURDAY):
            plan = post(asha_api, sip)
        with at("2024-02-10"):
            patch(asha_api, plan, amount="6000")
        with at("2024-03-06"):
            closes(fund, d2024_02_06="100", d2024_03_06="100")
            background.run_due()

        assert [row["amount"] for row in instalments(asha_api, plan)] == ["5000", "5000", "6000"]
        assert list(Transaction.objects.order_by("date").values_list("quantity", flat=True)) == [50, 50, 60]

    def test_pause_and_skip(self, asha_api, sip):
        with at(SATURDAY):
            plan = post(asha_api, sip)
            answer = asha_api.post(f"{PLANS}{plan['id']}/skip/", {"on": "2024-02-06"}, format="json")
            assert answer.json()["next_on"] == "2024-03-06"
        with at("2024-03-01"):
            patch(asha_api, plan, is_paused=True)
        with at("2024-05-01"):
            assert patch(asha_api, plan, is_paused=False)["next_on"] == "2024-05-06"

        assert [row["due_on"] for row in instalments(asha_api, plan)] == [SATURDAY]

    def test_another_day_of_the_month_makes_none_twice(self, asha_api, sip):
        with at(SATURDAY):
            plan = post(asha_api, sip)
            plan = patch(asha_api, plan, starts_on="2023-01-06", frequency="daily")
        make("2024-01-08")

        assert [row["due_on"] for row in instalments(asha_api, plan)] == [SATURDAY, "2024-01-07", "2024-01-08"]

    def test_another_asset_is_another_plan(self, asha_api, fund, sip):
        other = Asset.objects.create(symbol="OTHER", name="Other", asset_class="mutual_fund", currency="INR")
        with at("2024-01-05"):
            plan = post(asha_api, sip)
            assert patch(asha_api, plan, symbol="OTHER")["asset"] == other.pk
            assert patch(asha_api, plan, asset=fund.pk)["symbol"] == "120503"
        make(SATURDAY)
        with at(SATURDAY):
            answer = asha_api.patch(f"{PLANS}{plan['id']}/", {"asset": other.pk}, format="json")

        check_error(answer, 409, attr="asset", code="in_use")

    def test_a_purchase_that_was_deleted_is_not_made_again(self, asha_api, fund, sip):
        closes(fund, d2024_01_06="100")
        with at(SATURDAY):
            plan = post(asha_api, sip)
            transaction_delete(transaction=Transaction.objects.get())
            background.run_due()
            (row,) = instalments(asha_api, plan)
            assert (row["status"], row["transaction"]) == ("made", None)
            check_error(retry(asha_api, plan, row), 409, code="made")
            assert get(asha_api, plan)["figures"]["units"] == "0"

        assert not Transaction.objects.exists()

    def test_deleting_it_keeps_what_was_bought(self, asha_api, fund, sip):
        closes(fund, d2024_01_06="100")
        with at(SATURDAY):
            plan = post(asha_api, sip)
            assert asha_api.delete(f"{PLANS}{plan['id']}/").status_code == 204

        assert Transaction.objects.count() == 1
        assert not Instalment.objects.exists()

    def test_what_was_read_can_be_written_back(self, asha_api, fund, sip):
        closes(fund, d2024_01_06="100")
        with at(SATURDAY):
            plan = post(asha_api, sip, note="For the house", ends_on="2030-01-01")
            answer = asha_api.put(f"{PLANS}{plan['id']}/", plan, format="json")

        assert answer.status_code == 200, answer.content
        assert answer.json() == plan


class TestNeeds:
    def test_closes_are_fetched_of_what_nobody_holds_yet(self, asha_api, fund, sip):
        """10 days before the first instalment that waits, or of today's plan."""
        source = PriceSource.objects.create(asset=fund, provider="mfapi", symbol="120503")
        with at("2024-03-10"):
            needs_note()
            plan = post(asha_api, sip)
            needs_note()
            source.refresh_from_db()
            assert (source.wanted_from, source.is_held) == (date(2023, 12, 27), True)
            assert source.due_at is not None
            Instalment.objects.all().delete()
            assert needs_found().first_days[fund.pk] == date(2024, 2, 29)
            patch(asha_api, plan, is_paused=True)
            assert fund.pk not in needs_found().first_days

    def test_a_plan_of_the_future_needs_its_asset_today(self, asha_api, fund, sip):
        with at("2024-01-02"):
            post(asha_api, sip, starts_on="2024-06-01")

            assert needs_found().first_days[fund.pk] == date(2023, 12, 23)


class TestRounds:
    def test_nothing_due_is_one_look_each(self, asha_api, fund, sip, django_assert_num_queries):
        closes(fund, d2024_01_05="100")
        with at(SATURDAY):
            post(asha_api, sip)
            with django_assert_num_queries(2):
                assert not plans_make_due()
                assert not instalments_make_due()

    def test_many_are_bought_in_few_queries(self, asha_api, fund, sip):
        """A hundred instalments of a plan are one look at the books."""
        prices_record(
            closes={fund.pk: {date(2014 + month // 12, month % 12 + 1, 6): Decimal(100) for month in range(120)}}
        )

        def queries(first: str) -> int:
            with at("2023-12-31"), CaptureQueriesContext(connection) as caught:
                plan = post(asha_api, sip, starts_on=first)
            assert plan["figures"]["waiting"] == plan["figures"]["refused"] == 0
            return len(caught)

        queries("2019-01-06")  # her first of this asset
        few = queries("2023-11-06")
        assert queries("2019-01-06") <= few + 1  # SQLite takes fewer rows in one insert than Postgres does

    def test_listing_takes_as_many_queries_for_many(self, asha_api, fund, sip):
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                assert asha_api.get(PLANS).status_code == 200
            return len(caught)

        closes(fund, d2024_01_06="100", d2024_02_06="100")
        with at("2024-02-06"):
            post(asha_api, sip)
            few = queries()
            for number in range(5):
                post(asha_api, sip, name=f"SIP {number}", starts_on=SATURDAY)
            assert queries() == few


class TestAccess:
    def test_nobody(self, anonymous_api):
        for method, path in (
            ("get", ""), ("post", ""), ("get", "1/"), ("patch", "1/"), ("delete", "1/"), ("post", "1/skip/"),
            ("get", "1/instalments/"), ("post", "1/instalments/1/retry/"),
        ):  # fmt: skip
            check_error(getattr(anonymous_api, method)(f"{PLANS}{path}", {}), 401)

    def test_strangers(self, asha, asha_api, mallory_api, sip, demat):
        with at(SATURDAY):
            plan = post(asha_api, sip)
            (row,) = instalments(asha_api, plan)
            assert mallory_api.get(PLANS).json()["results"] == []
            for method, path in (
                ("get", ""), ("patch", ""), ("put", ""), ("delete", ""), ("post", "skip/"), ("get", "instalments/"),
                ("post", f"instalments/{row['id']}/retry/"),
            ):  # fmt: skip
                check_error(getattr(mallory_api, method)(f"{PLANS}{plan['id']}/{path}", sip), 404)
            private = Asset.objects.create(owner=asha, symbol="MINE", name="Mine", asset_class="stock", currency="INR")
            for field, value in (("account", demat.pk), ("asset", private.pk)):
                answer = mallory_api.post(PLANS, {**sip, field: value}, format="json")
                check_error(answer, 400, attr=field, code="does_not_exist")
            unknown = {**{name: sip[name] for name in sip if name != "asset"}, "symbol": "MINE"}
            check_error(mallory_api.post(PLANS, unknown, format="json"), 400, attr="symbol", code="does_not_exist")

    def test_an_instalment_of_another_plan(self, asha_api, sip):
        with at(SATURDAY):
            first, second = post(asha_api, sip), post(asha_api, sip, name="Other")
            (row,) = instalments(asha_api, second)
            check_error(retry(asha_api, first, row), 404)

    def test_a_person_who_goes_takes_them_along(self, asha, asha_api, fund, sip):
        closes(fund, d2024_01_06="100")
        with at(SATURDAY):
            post(asha_api, sip)
        asha.delete()

        assert not InvestmentPlan.objects.exists()
        assert not Instalment.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "attr"),
        [
            ({"amount": "0"}, "amount"), ({"amount": "NaN"}, "amount"), ({"amount": "-1"}, "amount"),
            ({"amount": "10", "fee": "10"}, "amount"), ({"fee": "-1"}, "fee"), ({"tax_rate": "1.1"}, "tax_rate"),
            ({"tax_rate": "1"}, "amount"), ({"quantity_decimals": 19}, "quantity_decimals"),
            ({"asset": None}, "asset"), ({"asset": 10**30}, "asset"), ({"asset": 10**18}, "asset"),
            ({"symbol": "NOTTHIS"}, "symbol"), ({"interval": 0}, "interval"), ({"ends_on": "2023-01-01"}, "ends_on"),
            ({"account": 10**18}, "account"), ({"account": 10**30}, "account"), ({"nonsense": 1}, "nonsense"),
            ({"starts_on": "1950-01-01", "frequency": "weekly"}, "starts_on"), ({"name": ""}, "name"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named(self, asha_api, sip, changes, attr):
        with at("2024-01-01"):
            check_error(asha_api.post(PLANS, {**sip, **changes}, format="json"), 400, attr=attr)
        assert not InvestmentPlan.objects.exists()

    def test_an_index_cannot_be_bought(self, asha_api, sip):
        nifty = Asset.objects.create(symbol="^NSEI", name="Nifty", asset_class="index", currency="INR")
        check_error(asha_api.post(PLANS, {**sip, "asset": nifty.pk}, format="json"), 400, attr="asset", code="not_held")

    def test_an_asset_or_a_symbol(self, asha_api, sip):
        without = {name: value for name, value in sip.items() if name != "asset"}
        check_error(asha_api.post(PLANS, without, format="json"), 400, attr="asset", code="required")
