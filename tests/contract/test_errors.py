"""The errors are really answered as the schema says, and their examples are such answers, word for word."""

from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from core.models import Account, ApiToken, User
from core.schema_errors import REFUSALS
from core.throttles import allowances
from tests.contract.story.world import NOW

ACCOUNTS, ENTRIES = "/api/v1/accounts/", "/api/v1/entries/"
BANK = {"name": "Bank", "kind": "bank", "currency": "INR"}


def invalid(api: APIClient, user: User, **_: Any) -> Any:
    return api.post(ENTRIES, {"kind": "expense", "date": "2024-01-01", "amount": "1", "account": 1_000_000})


def anonymous(**_: Any) -> Any:
    return APIClient().get(ACCOUNTS)


def only_reading(user: User, **_: Any) -> Any:
    key = ApiToken.issue(user, "Sheet", access=ApiToken.Access.READ)[1]
    return APIClient().post(ACCOUNTS, BANK, HTTP_AUTHORIZATION=f"Token {key}")


def nothing_there(api: APIClient, **_: Any) -> Any:
    return api.get(f"{ACCOUNTS}1000000/")


def other_format(api: APIClient, **_: Any) -> Any:
    return api.get(ACCOUNTS, HTTP_ACCEPT="text/csv")


def still_used(api: APIClient, user: User, **_: Any) -> Any:
    account = Account.objects.create(user=user, name="Bank", kind="bank", currency="INR")
    entry = {"kind": "expense", "date": "2024-01-01", "amount": "1", "account": account.pk}
    assert api.post(ENTRIES, entry).status_code == 201
    return api.delete(f"{ACCOUNTS}{account.pk}/")


def key_used_again(api: APIClient, **_: Any) -> Any:
    first = api.post(ACCOUNTS, BANK, HTTP_IDEMPOTENCY_KEY="one")
    assert first.status_code == 201
    return api.post(ACCOUNTS, {**BANK, "name": "Other"}, HTTP_IDEMPOTENCY_KEY="one")


def too_large(api: APIClient, settings: Any, **_: Any) -> Any:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024
    return api.post(ACCOUNTS, {**BANK, "name": "x" * 2000})


def other_media(api: APIClient, **_: Any) -> Any:
    return api.post(ACCOUNTS, "<account/>", content_type="application/xml")


def too_often(api: APIClient, settings: Any, **_: Any) -> Any:
    settings.API_REQUESTS_PER_MINUTE = 1
    allowances.clear()
    answers = [api.get(ACCOUNTS) for _ in range(3)]
    allowances.clear()
    return answers[-1]


def database_busy(api: APIClient, monkeypatch: pytest.MonkeyPatch, **_: Any) -> Any:
    def locked(**_: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("core.apis.accounts.account_create", locked)
    api.raise_request_exception = False  # it is logged as what it is, and answered as what it means
    return api.post(ACCOUNTS, BANK)


CASES = [
    ("400", invalid), ("401", anonymous), ("403", only_reading), ("404", nothing_there), ("406", other_format),
    ("409", key_used_again), ("413", too_large), ("415", other_media), ("429", too_often), ("503", database_busy),
]  # fmt: skip
SAID_WITH_NUMBERS = {"413", "429"}
"""How large, how long: that differs."""


@pytest.mark.parametrize(("status", "ask"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_each_error_is_as_described(schema, asha, asha_api, settings, monkeypatch, status, ask):
    described = schema["components"]["responses"][REFUSALS[status].name]
    content = described["content"]["application/json"]

    answer = ask(api=asha_api, user=asha, settings=settings, monkeypatch=monkeypatch)

    assert answer.status_code == int(status), answer.content
    assert described["headers"].keys() <= set(answer.headers)
    Draft202012Validator({**content["schema"], "components": schema["components"]}).validate(answer.json())
    Draft202012Validator({**content["schema"], "components": schema["components"]}).validate(content["example"])


@pytest.mark.parametrize(
    ("status", "ask"), [case for case in CASES if case[0] not in SAID_WITH_NUMBERS | {"409"}] + [("409", still_used)]
)
def test_the_example_is_what_is_said(schema, asha, asha_api, settings, monkeypatch, status, ask):
    described = schema["components"]["responses"][REFUSALS[status].name]

    answer = ask(api=asha_api, user=asha, settings=settings, monkeypatch=monkeypatch)

    assert answer.json() == described["content"]["application/json"]["example"]


def test_who_has_to_wait_is_told_whole_seconds(asha_api, settings):
    answer = too_often(asha_api, settings)

    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_all_errors_are_asked_for(schema):
    assert {status for status, _ in CASES} == REFUSALS.keys()
    assert {refusal.name for refusal in REFUSALS.values()} == schema["components"]["responses"].keys()


def test_a_repeat_says_that_it_is_one(schema, asha_api):
    described = schema["paths"][ACCOUNTS]["post"]["responses"]["201"]["headers"]
    first, again = (asha_api.post(ACCOUNTS, BANK, HTTP_IDEMPOTENCY_KEY="one") for _ in range(2))

    assert "Idempotent-Replayed" in described
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()


def test_what_is_unchanged_is_not_sent_again(schema, asha_api):
    address = "/api/v1/analytics/net-worth/"
    with time_machine.travel(NOW, tick=False):
        first = asha_api.get(address)
        again = asha_api.get(address, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert again.status_code == 304
    assert again.content == b""
    assert schema["paths"][address]["get"]["responses"]["304"]["headers"].keys() <= set(again.headers)
