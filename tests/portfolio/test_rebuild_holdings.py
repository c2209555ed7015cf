"""`manage.py rebuild_holdings`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portfolio.models import Holding
from tests.portfolio.conftest import figures, record


def rebuild(*arguments: str) -> str:
    output = StringIO()
    call_command("rebuild_holdings", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def wrong(asha, asha_api, infosys, tcs):
    """One holding has another quantity, one is missing."""
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")
    record(asha_api, "buy", "2024-01-02", tcs, quantity="3", price="1")
    Holding.objects.filter(asset=infosys).update(quantity=11)
    Holding.objects.filter(asset=tcs).delete()


def test_it_works(asha, infosys, tcs, wrong):
    output = rebuild()

    assert "asha@example.com: INFY in Main: quantity\n" in output
    assert "asha@example.com: TCS in Main: missing\n" in output
    assert "2 differences found." in output
    assert figures(asha, infosys, "quantity") == ("10",)
    assert figures(asha, tcs, "quantity") == ("3",)
    assert rebuild() == "0 differences found.\n"


def test_check_writes_nothing_and_fails(asha, infosys, wrong):
    with pytest.raises(CommandError) as caught:
        rebuild("--check")

    assert caught.value.returncode == 1
    assert figures(asha, infosys, "quantity") == ("11",)


def test_check_passes_where_all_is_right(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100")

    assert rebuild("--check") == "0 differences found.\n"


def test_a_holding_of_nothing_goes(asha, asha_api, infosys, tcs, wrong):
    asha.transactions.filter(asset=infosys)._raw_delete("default")

    assert "INFY in Main: superfluous" in rebuild()
    assert not Holding.objects.filter(asset=infosys).exists()


def test_one_person_alone(mallory, wrong):
    assert rebuild("--user", "Mallory@example.com") == "0 differences found.\n"
    with pytest.raises(CommandError, match=r"nobody@example\.com"):
        rebuild("--user", "nobody@example.com")
