"""Three people, Asha (owner), Bob (another) and Mallory (stranger), and their ways into the API."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connections
from rest_framework.test import APIClient

from core.archive import download
from core.models import ApiToken, User
from ledger.signals import ledger_changed
from tests.upstream.fixtures import replica, replica_server  # noqa: F401

PASSWORD = "a long pass phrase"
NO_DRILLS = "not drill"


def pytest_configure(config: pytest.Config) -> None:
    """Of random worlds the same for everybody, so that what fails is the change; the drills look for new ones."""
    if config.option.markexpr == NO_DRILLS:
        hypothesis.settings.register_profile("repeatable", derandomize=True)
        hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A file rather than memory, so that threads meet the locks that they meet in production."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_background(settings: Any) -> None:
    """What is due is done when a test says so; a thread would go on with its rows after the test has ended."""
    settings.BACKGROUND = "off"


@pytest.fixture(autouse=True)
def no_upstream(settings: Any) -> None:
    """Nothing is asked of anybody, unless a test uses the replica of the upstreams (tests/upstream)."""
    settings.LIVE_PRICES = False


@pytest.fixture(autouse=True)
def no_throttles(settings: Any) -> None:
    """Tests send more in a minute than people do; those of the limits set their own (tests/safety)."""
    settings.API_REQUESTS_PER_MINUTE = settings.API_ANONYMOUS_REQUESTS_PER_MINUTE = 0


@pytest.fixture(autouse=True)
def quick_clients(settings: Any) -> None:
    """Static files are looked for when one is asked for; else each new client lists all of them, for 30 ms."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def no_exports_under_way() -> None:
    """The next person of a rolled-back database has the id of the last one, whose exports a test may have left open."""
    download._running.clear()


@pytest.fixture
def clean_cache(db: None) -> None:
    """The limits on log-in count in the cache, which a rolled-back test leaves behind if it is not the database."""
    cache.clear()


@pytest.fixture
def asha(db: None) -> User:
    return make_person("asha@example.com", currency="INR", zone="Asia/Kolkata")


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob@example.com", currency="USD", zone="America/New_York")


@pytest.fixture
def mallory(db: None) -> User:
    return make_person("mallory@example.com", currency="INR", zone="Asia/Kolkata")


@pytest.fixture
def asha_api(asha: User) -> APIClient:
    return api_of(asha)


@pytest.fixture
def bob_api(bob: User) -> APIClient:
    return api_of(bob)


@pytest.fixture
def mallory_api(mallory: User) -> APIClient:
    return api_of(mallory)


@pytest.fixture
def anonymous_api(db: None) -> APIClient:
    return APIClient()


@pytest.fixture
def told() -> Iterator[list[date]]:
    """From which days on the ledger said that accounts are different."""
    days: list[date] = []

    def hear(sender: Any, user_id: int, since: date, **kwargs: Any) -> None:
        days.append(since)

    ledger_changed.connect(hear)
    yield days
    ledger_changed.disconnect(hear)


def make_person(email: str, *, currency: str, zone: str) -> User:
    return User.objects.create_user(
        email, PASSWORD, name=email.partition("@")[0].title(), base_currency=currency, timezone=zone
    )


def api_of(user: User) -> APIClient:
    """A client with a key, as a script has."""
    _, key = ApiToken.issue(user, "tests")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def check_error(response: Any, status: int, *, attr: str | None = None, code: str | None = None) -> None:
    """The one shape, with this status, and among its errors one with this field and code."""
    assert response.status_code == status, response.content
    body = response.json()
    assert set(body) == {"type", "errors"}
    assert all(set(error) == {"code", "detail", "attr"} for error in body["errors"])
    assert any(
        (attr is None or error["attr"] == attr) and (code is None or error["code"] == code) for error in body["errors"]
    ), body
