"""One person's searches and choices cannot use up what everybody's prices need."""

from typing import Any

import pytest

from core.models import User
from portfolio.upstream import AskedTooOften, count_question
from tests.conftest import api_of, check_error
from tests.live.conftest import travel
from tests.portfolio.asking import searches_at
from tests.portfolio.test_choose import choose
from tests.portfolio.test_search import search
from tests.upstream.replica import Replica


@pytest.fixture
def no_answers(clean_cache: None, settings: Any) -> None:
    settings.YAHOO_REQUESTS_PER_HOUR = 360


@pytest.mark.usefixtures("no_answers")
def test_a_sixth_of_the_hourly_requests_is_one_persons() -> None:
    with travel("2026-11-20 10:20"):
        for _ in range(60):
            count_question(1, "yahoo")
    with travel("2026-11-20 10:40"):
        with pytest.raises(AskedTooOften) as refused:
            count_question(1, "yahoo")
        assert refused.value.retry_after == 40 * 60
        count_question(2, "yahoo")
        count_question(1, "mfapi")
    with travel("2026-11-20 11:20"):
        count_question(1, "yahoo")


def test_who_asks_too_often_finds_what_is_known(
    providers: Replica, settings: Any, asha: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.YAHOO_REQUESTS_PER_HOUR = 60
    monkeypatch.setattr("portfolio.search.SECONDS_TO_WAIT", 20)
    monkeypatch.setattr("portfolio.upstream.SHARE_OF_A_PERSON", 1 / 30)  # two questions
    asha_api, bob_api = api_of(asha), api_of(bob)
    assert search(asha_api, "aapl")["matches"]
    search(asha_api, "msft")
    refused = search(asha_api, "spy")
    assert [(asked["provider"], asked["code"]) for asked in refused["providers"]] == [
        ("yahoo", "throttled"), ("mfapi", None),
    ]  # fmt: skip
    assert search(asha_api, "aapl")["matches"]  # kept from before
    assert len(searches_at(providers, "yahoo")) == 2

    answer = choose(asha_api, "yahoo", "AAPL")
    check_error(answer, 429, code="throttled")
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert search(bob_api, "spy")["matches"]
    assert choose(bob_api, "yahoo", "AAPL").status_code == 201
    assert choose(asha_api, "yahoo", "AAPL").status_code == 200
