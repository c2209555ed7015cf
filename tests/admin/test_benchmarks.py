"""The admin of what people compare with: choices are made and dropped, by the services."""

from django.test import Client
from django.urls import reverse

from portfolio.models import Asset, Benchmark
from portfolio.services.benchmarks import MOST
from tests.admin.conftest import Portfolio

ADD = "admin:portfolio_benchmark_add"


def choose(root: Client, portfolio: Portfolio, asset: Asset) -> str:
    page = root.post(reverse(ADD), {"user": portfolio.user.pk, "asset": asset.pk}, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def index(symbol: str) -> Asset:
    return Asset.objects.create(symbol=symbol, name=symbol, asset_class="index", currency="INR")


def test_a_choice_is_made_and_dropped(root: Client, portfolio: Portfolio) -> None:
    nifty = index("^NSEI")
    choose(root, portfolio, nifty)
    made = Benchmark.objects.get(user=portfolio.user, asset=nifty)
    assert root.post(reverse("admin:portfolio_benchmark_change", args=[made.pk]), {}).status_code == 403

    root.post(reverse("admin:portfolio_benchmark_delete", args=[made.pk]), {"post": "yes"})
    assert not Benchmark.objects.filter(pk=made.pk).exists()


def test_what_the_service_refuses_is_said_at_its_field(root: Client, portfolio: Portfolio) -> None:
    for number in range(MOST - Benchmark.objects.count()):
        choose(root, portfolio, index(f"I{number}"))
    page = choose(root, portfolio, index("ONE-MORE"))
    assert "There are 10 already; drop one first." in page
    assert Benchmark.objects.count() == MOST
