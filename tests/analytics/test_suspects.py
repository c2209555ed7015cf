"""Entries that alone would explain a statement which says something else than expected."""

from decimal import Decimal

import pytest

from core.models import Account
from tests.analytics.conftest import closes
from tests.analytics.money_makers import entered, moved, opened
from tests.analytics.statements import state

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def bank(asha) -> Account:
    return opened(asha, "bank")


def reasons(row: dict) -> list[tuple[int, str]]:
    return [(suspect["entry"], suspect["reason"]) for suspect in row["suspects"]]


def test_an_entry_that_is_there_twice_is_suspected(asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    entered(bank, "expense", "2024-01-03", "49.5")
    second = entered(bank, "expense", "2024-01-03", "49.5", payee="Cafe")
    entered(bank, "expense", "2024-01-04", "12")
    # 1000 - 49.5 - 49.5 - 12 = 889 expected; one coffee less: 938.5.
    made = state(asha_api, bank, "2024-01-06", "938.5")
    assert made["difference"] == "49.5"
    assert reasons(made)[0] == (second.pk, "doubled")
    assert [reason for _, reason in reasons(made)] == ["doubled", "doubled"]
    assert made["suspects"][0] == {
        "entry": second.pk,
        "date": "2024-01-03",
        "kind": "expense",
        "amount": "49.5",
        "currency": "INR",
        "payee": "Cafe",
        "description": "",
        "reason": "doubled",
    }


def test_an_entry_with_the_wrong_sign_or_without_its_twin_is_suspected(asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    wrong = entered(bank, "income", "2024-01-03", "30")
    single = entered(bank, "expense", "2024-01-05", "60")
    # 1000 + 30 - 60 = 970 expected. 910 stated: the 30 had gone out, or the 60 twice.
    made = state(asha_api, bank, "2024-01-06", "910")
    assert made["difference"] == "-60"
    assert reasons(made) == [(wrong.pk, "wrong_sign"), (single.pk, "missing_twin")]


def test_transfers_are_suspected_on_both_sides_with_their_fee(asha, asha_api, bank):
    wallet = opened(asha, "wallet")
    for account in (bank, wallet):
        state(asha_api, account, "2024-01-02", "1000")
    transfer = moved(bank, wallet, "2024-01-03", "100", fee=Decimal(5))
    # 895 expected of the bank, 1100 of the wallet; neither statement knows of it.
    assert reasons(state(asha_api, bank, "2024-01-06", "1000")) == [(transfer.pk, "doubled")]
    assert reasons(state(asha_api, wallet, "2024-01-06", "1000")) == [(transfer.pk, "doubled")]


def test_what_the_bank_charged_counts_and_what_rests_on_a_rate_does_not(asha_api, bank, dollar):
    closes(dollar, d2024_01_01="50")
    state(asha_api, bank, "2024-01-02", "1000")
    charged = entered(bank, "expense", "2024-01-03", "2", currency="USD", account_amount=Decimal(100))
    entered(bank, "expense", "2024-01-04", "100", currency="USD")
    # 1000 - 100 - 5000 = -4100 expected.
    assert reasons(state(asha_api, bank, "2024-01-06", "-4000")) == [(charged.pk, "doubled")]


def test_only_what_came_since_the_statement_before_is_suspected_and_at_most_five(asha_api, bank):
    entered(bank, "expense", "2024-01-02", "10")
    state(asha_api, bank, "2024-01-02", "1000")
    coffees = [entered(bank, "expense", f"2024-01-0{day}", "10") for day in (3, 3, 4, 5, 5, 6)]
    later = entered(bank, "expense", "2024-01-07", "10")
    # 940 expected.
    made = state(asha_api, bank, "2024-01-06", "950")
    assert [pk for pk, _ in reasons(made)] == [entry.pk for entry in coffees[:0:-1]]
    assert later.pk not in [pk for pk, _ in reasons(made)]


def test_a_deleted_entry_is_not_suspected(asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    gone = entered(bank, "expense", "2024-01-03", "10")
    assert asha_api.delete(f"/api/v1/entries/{gone.pk}/").status_code == 204
    assert state(asha_api, bank, "2024-01-06", "1010")["suspects"] == []
