"""/recurring/: rent, salary and standing orders, each day of theirs once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from core import background, recurrence_work
from core.models import Account, User
from core.services import account_create, account_update, user_update
from ledger.models import AccountYear, Category, Entry, RecurringEntry
from ledger.services.entries import EntryInput, entries_delete, entry_record
from ledger.services.recurring import RecurringInput, recurring_create, recurring_make_due
from tests.conftest import check_error

RECURRING = "/api/v1/recurring/"
RENT = {"name": "Rent", "kind": "expense", "amount": "25000", "starts_on": "2024-01-31", "payee": "Mr Rao"}


def at(moment: str) -> Any:
    """An instant in UTC, without and with its time: 2024-01-31, 2024-01-31T18:30. A day without a time is noon."""
    text = moment if "T" in moment else f"{moment}T12:00"
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=UTC), tick=False)


def post(api: APIClient, fields: dict[str, Any], **changes: Any) -> Any:
    answer = api.post(RECURRING, {**fields, **changes}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def patch(api: APIClient, row: dict[str, Any], **changes: Any) -> Any:
    answer = api.patch(f"{RECURRING}{row['id']}/", changes, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def get(api: APIClient, row: dict[str, Any]) -> Any:
    return api.get(f"{RECURRING}{row['id']}/").json()


def days() -> list[str]:
    return [day.isoformat() for day in Entry.objects.order_by("recurring_on").values_list("date", flat=True)]


def make(moment: str) -> None:
    with at(moment):
        background.run_due()


@pytest.fixture
def bank(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "HDFC", "kind": "bank"})


class TestDays:
    def test_rent_on_the_31st_of_a_leap_year(self, asha_api):
        """Entered on New Year: nothing until its day; then 31 January, 29 February, 31 March, 30 April."""
        with at("2024-01-01"):
            row = post(asha_api, RENT)
            assert row["next_on"] == "2024-01-31"
            assert row["upcoming"] == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]
        for today in ("2024-01-30", "2024-01-31", "2024-02-01", "2024-02-28"):
            make(today)
        assert days() == ["2024-01-31"]
        make("2024-04-30")

        assert days() == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]

    def test_salary_on_29_february(self, asha_api, bank):
        with at("2028-03-01"):
            row = post(
                asha_api, {}, name="Bonus", kind="income", amount="1000", account=bank.pk, frequency="yearly",
                starts_on="2024-02-29", category="Salary:Bonus",
            )  # fmt: skip

        assert days() == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]
        assert row["next_on"] == "2029-02-28"
        assert row["category"] == "Salary:Bonus"
        # 5 × 1,000, of which each year has one: in the sums of the account as in the entries
        assert AccountYear.objects.filter(account=bank).count() == 5

    def test_an_entry_has_all_fields(self, asha_api, asha, bank):
        savings = account_create(user=asha, fields={"name": "Savings", "kind": "bank", "currency": "USD"})
        with at("2024-01-31"):
            post(
                asha_api, RENT, kind="transfer", account=bank.pk, to_account=savings.pk, amount="8300", to_amount="100",
                fee="15", description="For later", note="Each month", tags=["saving"], category="Fees", payee="",
            )  # fmt: skip
        entry = Entry.objects.get()

        assert (entry.account, entry.to_account, entry.kind) == (bank, savings, "transfer")
        assert (entry.amount, entry.to_amount, entry.fee, entry.currency) == (8300, 100, 15, "INR")
        assert (entry.description, entry.note, entry.tags) == ("For later", "Each month", ["saving"])
        assert entry.category.name == "Fees"
        assert entry.recurring_on == entry.date == date(2024, 1, 31)
        assert "saving" in entry.words

    def test_of_the_past_the_missed_days_are_made_at_once(self, asha_api):
        with at("2024-05-01"):
            row = post(asha_api, RENT)
            listed = asha_api.get("/api/v1/entries/").json()["results"]

        assert [entry["date"] for entry in listed] == ["2024-04-30", "2024-03-31", "2024-02-29", "2024-01-31"]
        assert {entry["recurring"] for entry in listed} == {row["id"]}
        assert row["next_on"] == "2024-05-31"

    def test_more_than_can_be_missed_is_refused(self, asha_api):
        """1,200 days up to 31 January 2024, that day included, begin 1,199 days before it: on 19 October 2020."""
        with at("2024-01-31"):
            answer = asha_api.post(RECURRING, {**RENT, "frequency": "daily", "starts_on": "2020-10-18"}, format="json")
            check_error(answer, 400, attr="starts_on", code="too_many")
            assert not RecurringEntry.objects.exists()
            post(asha_api, RENT, frequency="daily", starts_on="2020-10-19")

        assert Entry.objects.count() == 1200

    def test_years_in_which_nothing_ran_are_made_up_for(self, asha_api, monkeypatch):
        monkeypatch.setattr("core.recurrence.MOST_AT_ONCE", 10)
        with at("2024-01-01"):
            post(asha_api, RENT, frequency="daily", starts_on="2024-01-01")
        make("2024-02-15")

        assert days() == [(date(2024, 1, 1) + timedelta(number)).isoformat() for number in range(46)]

    def test_nothing_after_the_end(self, asha_api):
        with at("2024-04-15"):
            row = post(asha_api, RENT, ends_on="2024-03-30")

        assert days() == ["2024-01-31", "2024-02-29"]
        assert row["next_on"] is None
        assert row["upcoming"] == []

    def test_the_end_is_not_before_the_first_day(self, asha_api):
        check_error(asha_api.post(RECURRING, {**RENT, "ends_on": "2024-01-30"}, format="json"), 400, attr="ends_on")


class TestTimeZones:
    """Midnight of 31 January is 30 January 18:30 UTC in India, and 31 January 05:00 UTC in New York."""

    def test_a_day_begins_where_the_person_is(self, asha_api, bob_api):
        for api in (asha_api, bob_api):
            with at("2024-01-01"):
                post(api, RENT)
        for moment, count in (
            ("2024-01-30T18:29", 0), ("2024-01-30T18:30", 1), ("2024-01-31T04:59", 1), ("2024-01-31T05:00", 2),
        ):  # fmt: skip
            make(moment)
            assert Entry.objects.count() == count, moment

    def test_who_flies_west_over_midnight_pays_once(self, asha, asha_api):
        """Made in India at 18:30 UTC; in New York it is still the 30th, then the 31st again."""
        with at("2024-01-01"):
            post(asha_api, RENT, frequency="daily", starts_on="2024-01-30")
        make("2024-01-30T18:30")
        assert days() == ["2024-01-30", "2024-01-31"]
        user_update(user=asha, changes={"timezone": "America/New_York"})
        for moment in ("2024-01-30T18:31", "2024-01-31T04:59", "2024-01-31T05:00"):
            make(moment)
            assert days() == ["2024-01-30", "2024-01-31"]
        make("2024-02-01T05:00")

        assert days() == ["2024-01-30", "2024-01-31", "2024-02-01"]

    def test_who_flies_east_over_the_date_line_misses_no_day(self, bob, bob_api):
        """29 January 11:00 UTC is still the 29th in New York, and already the 30th on Kiritimati (UTC+14)."""
        with at("2024-01-01"):
            post(bob_api, RENT, frequency="daily", starts_on="2024-01-29")
        make("2024-01-29T11:00")
        assert days() == ["2024-01-29"]
        user_update(user=bob, changes={"timezone": "Pacific/Kiritimati"})
        make("2024-01-29T11:01")
        assert days() == ["2024-01-29", "2024-01-30"]
        user_update(user=bob, changes={"timezone": "Pacific/Pago_Pago"})  # UTC−11: the 28th to the 29th
        make("2024-01-29T11:02")
        make("2024-01-31T11:00")

        assert days() == ["2024-01-29", "2024-01-30", "2024-01-31"]


class TestPause:
    def test_days_that_pass_meanwhile_are_left_out(self, asha_api):
        with at("2024-01-31"):
            row = post(asha_api, RENT)
        with at("2024-02-10"):
            assert patch(asha_api, row, is_paused=True)["upcoming"] == []
        make("2024-04-10")
        assert days() == ["2024-01-31"]
        with at("2024-04-10"):
            assert patch(asha_api, row, is_paused=False)["next_on"] == "2024-04-30"
        make("2024-05-31")

        assert days() == ["2024-01-31", "2024-04-30", "2024-05-31"]

    def test_the_day_on_which_it_goes_on_counts(self, asha_api):
        with at("2024-01-31"):
            row = post(asha_api, RENT, is_paused=True)
            assert days() == []
        with at("2024-03-31"):
            patch(asha_api, row, is_paused=False)

        assert days() == ["2024-03-31"]

    def test_what_was_made_on_the_day_is_not_made_again(self, asha_api):
        with at("2024-01-31"):
            row = post(asha_api, RENT)
            patch(asha_api, row, is_paused=True)
            assert patch(asha_api, row, is_paused=False)["next_on"] == "2024-02-29"

        assert days() == ["2024-01-31"]


class TestSkip:
    def test_the_next_day_is_left_out(self, asha_api):
        with at("2024-02-01"):
            row = post(asha_api, RENT)
            answer = asha_api.post(f"{RECURRING}{row['id']}/skip/", {"on": "2024-02-29"}, format="json")
            assert answer.json()["next_on"] == "2024-03-31"
            again = asha_api.post(f"{RECURRING}{row['id']}/skip/", {"on": "2024-02-29"}, format="json")
            check_error(again, 409, attr="on", code="other_day")
        make("2024-03-31")

        assert days() == ["2024-01-31", "2024-03-31"]

    def test_a_day_that_was_left_out_does_not_come_back_with_another_interval(self, asha_api):
        with at("2024-01-31"):
            row = post(asha_api, RENT, starts_on="2024-02-01", frequency="daily")
        with at("2024-02-01T18:00"):  # still 1 February in India
            asha_api.post(f"{RECURRING}{row['id']}/skip/")
            asha_api.post(f"{RECURRING}{row['id']}/skip/")
            row = patch(asha_api, row, frequency="weekly", starts_on="2024-01-25")

        # 25 January, 1 and 8 February; 1 and 2 February are made or left out
        assert row["next_on"] == "2024-02-08"

    def test_without_a_next_day(self, asha_api):
        with at("2024-02-01"):
            row = post(asha_api, RENT, ends_on="2024-01-31")
            check_error(asha_api.post(f"{RECURRING}{row['id']}/skip/"), 409, code="ended")


class TestEdit:
    def test_changes_only_days_to_come(self, asha_api):
        with at("2024-02-15"):
            row = post(asha_api, RENT)
            row = patch(asha_api, row, amount="26000", category="Home:Rent", starts_on="2024-01-05")
            assert row["next_on"] == "2024-03-05"
        make("2024-04-05")

        made = Entry.objects.order_by("date").values_list("date", "amount")
        assert list(made) == [
            (date(2024, 1, 31), 25000), (date(2024, 3, 5), 26000), (date(2024, 4, 5), 26000),
        ]  # fmt: skip

    def test_what_is_due_is_made_as_it_was(self, asha_api):
        """The background had no time for it before the edit."""
        with at("2024-01-01"):
            row = post(asha_api, RENT)
        with at("2024-02-01"):
            patch(asha_api, row, amount="26000")

        assert Entry.objects.get().amount == 25000

    def test_another_anchor_makes_no_day_twice(self, asha_api):
        with at("2024-01-31"):
            row = post(asha_api, RENT)
            row = patch(asha_api, row, starts_on="2024-03-31")
            row = patch(asha_api, row, starts_on="2024-01-01", frequency="daily")

        assert days() == ["2024-01-31"]
        assert row["next_on"] == "2024-02-01"

    def test_a_day_that_was_made_and_deleted_stays_deleted(self, asha, asha_api):
        with at("2024-01-31"):
            row = post(asha_api, RENT)
            entries_delete(user=asha, entries=Entry.objects.all())
            RecurringEntry.objects.update(next_on=date(2024, 1, 31))  # as if somebody had moved it back by hand
            background.run_due()

        assert Entry.objects.get().deleted_at is not None
        assert get(asha_api, row)["next_on"] == "2024-02-29"

    def test_partial_and_whole(self, asha_api, bank):
        with at("2024-01-01"):
            row = post(asha_api, RENT, account=bank.pk, tags=["home"], category="Home")
            changed = patch(asha_api, row, name="Flat")
            assert {**row, "name": "Flat"} == changed
            body = {name: changed[name] for name in ("name", "kind", "amount", "starts_on")}
            replaced = asha_api.put(f"{RECURRING}{row['id']}/", body, format="json").json()

        assert (replaced["tags"], replaced["category"], replaced["payee"]) == ([], None, "")
        assert replaced["account"] != bank.pk

    def test_what_was_read_can_be_written_back(self, asha_api):
        with at("2024-01-01"):
            row = post(asha_api, RENT, category="Home:Rent")
            answer = asha_api.put(f"{RECURRING}{row['id']}/", row, format="json")

        assert answer.status_code == 200, answer.content
        assert answer.json() == row

    def test_deleting_it_keeps_what_it_made(self, asha_api):
        with at("2024-03-01"):
            row = post(asha_api, RENT)
            assert asha_api.delete(f"{RECURRING}{row['id']}/").status_code == 204
            background.run_due()

        assert days() == ["2024-01-31", "2024-02-29"]
        assert set(Entry.objects.values_list("recurring", flat=True)) == {None}


class TestFailures:
    def test_a_closed_account_says_so_and_holds_up_nobody(self, asha, asha_api, bob_api, bank):
        """What was before is made; the rest is tried every hour, and made when the account is open again."""
        with at("2024-01-01"):
            row = post(asha_api, RENT, account=bank.pk)
            other = post(bob_api, RENT, starts_on="2024-03-31")
            account_update(account=bank, changes={"closed_on": date(2024, 2, 15)})
        make("2024-03-31")
        held_up = get(asha_api, row)

        assert days() == ["2024-01-31", "2024-03-31"]
        assert get(bob_api, other)["next_on"] == "2024-04-30"
        assert held_up["next_on"] == "2024-02-29"
        assert held_up["last_error"] == "2024-02-29: Must not be after 'HDFC' closed, on 2024-02-15."
        account_update(account=bank, changes={"closed_on": None})
        make("2024-03-31T12:59")
        assert Entry.objects.count() == 2
        make("2024-03-31T13:00")

        assert Entry.objects.filter(user=asha).count() == 3
        assert get(asha_api, row)["last_error"] == ""

    def test_another_account_is_tried_at_once(self, asha, asha_api, bank):
        with at("2024-01-31"):
            row = post(asha_api, RENT, account=bank.pk, starts_on="2024-02-29")
            account_update(account=bank, changes={"closed_on": date(2024, 2, 1)})
        make("2024-03-01")
        with at("2024-03-02"):
            row = patch(asha_api, row, account=asha.accounts.get(is_default=True).pk)

        assert (days(), row["last_error"]) == (["2024-02-29"], "")

    def test_a_day_that_cannot_be_made_can_be_left_out(self, asha_api, bank):
        with at("2024-01-31"):
            row = post(asha_api, RENT, account=bank.pk, starts_on="2024-02-29")
            account_update(account=bank, changes={"closed_on": date(2024, 2, 1)})
        make("2024-03-01")
        with at("2024-03-01"):
            row = asha_api.post(f"{RECURRING}{row['id']}/skip/").json()

        assert (row["next_on"], row["last_error"]) == ("2024-03-29", "")

    def test_whatever_goes_wrong_with_one_the_others_go_on(self, asha_api, bob_api, caplog):
        """A row that only somebody in the database could make: of no kind."""
        with at("2024-01-01"):
            row = post(asha_api, RENT)
            other = post(bob_api, RENT)
        RecurringEntry.objects.filter(pk=row["id"]).update(kind="nothing")
        make("2024-01-31")

        assert get(bob_api, other)["next_on"] == "2024-02-29"
        assert "no kind of entry" in get(asha_api, row)["last_error"]

    def test_what_the_database_refuses_is_noted(self, asha_api, bob_api, caplog, monkeypatch):
        with at("2024-01-01"):
            row = post(asha_api, RENT)
            other = post(bob_api, RENT)
        monkeypatch.setattr("ledger.services.recurring.entry_errors", lambda *args, **kwargs: [])
        RecurringEntry.objects.filter(pk=row["id"]).update(amount=Decimal(0))
        make("2024-01-31")

        assert get(bob_api, other)["next_on"] == "2024-02-29"
        noted = get(asha_api, row)
        assert noted["next_on"] == "2024-01-31"
        assert noted["last_error"].startswith("IntegrityError")
        assert "could not be made" in caplog.text

    @pytest.mark.parametrize(
        ("changes", "next_on"),
        [({}, "2024-02-29"), ({"ends_on": date(2024, 2, 10)}, None)],
    )
    def test_a_due_day_that_the_schedule_has_not_holds_up_nobody(self, asha_api, changes, next_on):
        """As somebody in the database could leave it: what is due and has no day would be looked at for ever."""
        with at("2024-01-01"):
            row = post(asha_api, RENT, starts_on="2024-01-31")
        RecurringEntry.objects.filter(pk=row["id"]).update(next_on=date(2024, 2, 5), **changes)
        make("2024-02-10")

        assert days() == []
        assert get(asha_api, row)["next_on"] == next_on

    def test_an_account_or_category_that_it_needs_is_not_deleted(self, asha_api, bank):
        with at("2024-01-01"):
            post(asha_api, RENT, account=bank.pk, category="Home")
        check_error(asha_api.delete(f"/api/v1/accounts/{bank.pk}/"), 409)

    def test_first_day_in_an_account_that_is_not_open(self, asha, asha_api):
        late = account_create(user=asha, fields={"name": "Late", "kind": "bank", "opened_on": date(2024, 2, 1)})
        with at("2024-03-01"):
            answer = asha_api.post(RECURRING, {**RENT, "account": late.pk}, format="json")

        check_error(answer, 400, attr="starts_on", code="account_not_open")


class TestGuards:
    def test_the_database_refuses_a_second_entry_of_a_day(self, asha, asha_api, bank):
        with at("2024-01-31"):
            row = post(asha_api, RENT)
            twin = EntryInput(
                account=bank, kind="expense", date=date(2024, 1, 31), amount=Decimal(1),
                recurring=RecurringEntry.objects.get(pk=row["id"]), recurring_on=date(2024, 1, 31),
            )  # fmt: skip
            with pytest.raises(IntegrityError):
                entry_record(user=asha, data=twin)

    def test_nothing_due_is_one_look(self, asha_api, django_assert_num_queries):
        with at("2024-01-01"):
            post(asha_api, RENT)
            with django_assert_num_queries(1):
                assert not recurring_make_due()

    def test_listing_takes_as_many_queries_for_many(self, asha_api):
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                assert asha_api.get(RECURRING).status_code == 200
            return len(caught)

        with at("2024-01-01"):
            post(asha_api, RENT, category="Home:Rent")
            few = queries()
            for number in range(8):
                post(asha_api, RENT, name=f"Rent {number}", category=f"Home:{number}")
            assert queries() == few

    def test_a_round_is_bounded(self, asha_api, monkeypatch):
        monkeypatch.setattr(recurrence_work, "BATCH", 2)
        with at("2024-01-01"):
            for number in range(5):
                post(asha_api, RENT, name=f"{number}")
        with at("2024-01-31"):
            rounds = [recurring_make_due() for _ in range(4)]

        assert rounds == [True, True, True, False]
        assert Entry.objects.count() == 5


class TestAccess:
    def test_nobody(self, anonymous_api):
        for method, path in (("get", ""), ("post", ""), ("get", "1/"), ("patch", "1/"), ("delete", "1/"),
                             ("post", "1/skip/")):  # fmt: skip
            check_error(getattr(anonymous_api, method)(f"{RECURRING}{path}", {}), 401)

    def test_strangers(self, asha_api, mallory_api, bank):
        with at("2024-01-01"):
            row = post(asha_api, RENT, category="Home")
            assert mallory_api.get(RECURRING).json()["results"] == []
            for method, path in (("get", ""), ("patch", ""), ("put", ""), ("delete", ""), ("post", "skip/")):
                check_error(getattr(mallory_api, method)(f"{RECURRING}{row['id']}/{path}", RENT, format="json"), 404)
            for field, value in (("account", bank.pk), ("category_id", Category.objects.get().pk)):
                answer = mallory_api.post(RECURRING, {**RENT, field: value}, format="json")
                check_error(answer, 400, attr=field, code="does_not_exist")

    def test_a_person_who_goes_takes_them_along(self, asha, asha_api):
        with at("2024-03-01"):
            post(asha_api, RENT, category="Home")
        asha.delete()

        assert not RecurringEntry.objects.exists()
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "attr"),
        [
            ({"amount": "0"}, "amount"), ({"amount": "NaN"}, "amount"), ({"amount": "1.00001"}, "amount"),
            ({"amount": "1e12"}, "amount"), ({"kind": "gift"}, "kind"), ({"interval": 0}, "interval"),
            ({"interval": 40000}, "interval"), ({"frequency": "hourly"}, "frequency"),
            ({"starts_on": "x"}, "starts_on"),
            ({"starts_on": "1800-01-01"}, "starts_on"), ({"ends_on": "2023-01-01"}, "ends_on"), ({"name": ""}, "name"),
            ({"kind": "transfer"}, "to_account"), ({"currency": "XXX"}, "currency"), ({"nonsense": 1}, "nonsense"),
            ({"next_on": "2024-01-01"}, "next_on"), ({"fee": "1"}, "fee"), ({"name": "a\0b"}, None),
            ({"account": 10**30}, "account"), ({"category": "A::B"}, "category"), ({"tags": "x"}, "tags"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named(self, asha_api, changes, attr):
        with at("2024-01-01"):
            check_error(asha_api.post(RECURRING, {**RENT, **changes}, format="json"), 400, attr=attr)
        assert not RecurringEntry.objects.exists()

    def test_the_end_of_the_calendar(self, asha_api):
        with at("2024-01-01"):
            row = post(asha_api, RENT, starts_on="9999-12-31", interval=1000)

        assert row["upcoming"] == ["9999-12-31"]

    def test_a_repeated_post_makes_one(self, asha_api):
        with at("2024-02-01"):
            for _ in range(2):
                asha_api.post(RECURRING, RENT, format="json", headers={"Idempotency-Key": "once"})

        assert RecurringEntry.objects.count() == Entry.objects.count() == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_however_it_is_looked_after_each_day_is_made_once(asha, data):
    """Rounds at random moments, with the person now here and now there: at the end all days up to today, once."""
    Entry.objects.all().delete()
    RecurringEntry.objects.all().delete()
    begin = datetime(2024, 2, 25, tzinfo=UTC)
    frequency, interval = data.draw(st.sampled_from([("daily", 1), ("daily", 3), ("weekly", 1), ("monthly", 1)]))
    zones = st.sampled_from(["Pacific/Kiritimati", "Asia/Kolkata", "UTC", "America/New_York", "Pacific/Pago_Pago"])
    terms = RecurringInput(
        name="x", starts_on=date(2024, 2, 27), frequency=frequency, interval=interval,
        entry=EntryInput(account=asha.accounts.get(), kind="expense", date=date(2024, 2, 27), amount=Decimal(1)),
    )  # fmt: skip
    with time_machine.travel(begin, tick=False):
        row = recurring_create(user=asha, data=terms)
    latest = date(2024, 2, 1)
    for hours in sorted(data.draw(st.lists(st.integers(0, 900), max_size=12))):
        User.objects.filter(pk=asha.pk).update(timezone=data.draw(zones))
        with time_machine.travel(begin + timedelta(hours=hours), tick=False):
            while recurring_make_due():
                pass
            latest = max(latest, timezone.now().astimezone(User.objects.get(pk=asha.pk).zone).date())
        made = Entry.objects.order_by("recurring_on").values_list("recurring_on", flat=True)
        assert list(made) == list(row.schedule.days(date(2024, 1, 1), latest))
