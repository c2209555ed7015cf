"""Reports of failures: by the real library over the network, and without anything about anybody."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.contrib.auth.signals import user_login_failed
from django.db import connection
from rest_framework.test import APIClient

from core import reporting
from core.apis.me import MeApi
from core.models import User
from core.reporting import WITHHELD
from tests.operations.sentry_server import Received, receiving

NAME = "Zara" + "thustra"  # in two, so that no line of the code that is sent has it
AMOUNT = "2718" + "2.82"
PRIVATE = (NAME, AMOUNT, "asha@example" + ".com", "Mozil" + "la", "203.0" + ".113.9", "pl_", "sessionid", "Cookie")


@pytest.fixture
def sentry() -> Iterator[Received]:
    with receiving() as received:
        reporting.start(received.dsn, environment="drill", release="pandaledger@9.9")
        yield received
        sentry_sdk.flush(timeout=10)
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)


def reported(sentry: Received) -> dict[str, Any]:
    sentry_sdk.flush(timeout=10)
    (event,) = sentry.events
    return event


def ask(api: APIClient, path: str = "/api/v1/me/") -> Any:
    """A request that is full of a person."""
    api.raise_request_exception = False
    headers = {"user-agent": "Mozil" + "la", "x-forwarded-for": "203.0" + ".113.9", "referer": f"https://x/{NAME}"}
    api.cookies["sessionid"] = NAME
    body = {"name": NAME, "preferences": {"salary": AMOUNT}}
    return api.patch(f"{path}?name={NAME}", body, headers=headers)


def test_a_failure_is_reported_without_the_person(
    asha: User, asha_api: APIClient, sentry: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(view: MeApi) -> User:
        person = User.objects.get(email=asha.email, name=view.request.user.name)
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s", [f"{NAME} {AMOUNT}"])
        logging.getLogger("some.library").warning("%s has %s", NAME, AMOUNT)
        raise ValueError(f"{person.email} has {AMOUNT} and {view.request.data}")

    monkeypatch.setattr(MeApi, "get_object", broken)
    answer = ask(asha_api)
    assert answer.status_code == 500

    event = reported(sentry)
    (raised,) = event["exception"]["values"]
    assert (raised["type"], raised["value"]) == ("ValueError", WITHHELD)
    assert raised["stacktrace"]["frames"][-1]["function"] == "broken"
    assert all("vars" not in frame for frame in raised["stacktrace"]["frames"])
    assert event["request"] == {"method": "PATCH", "url": "/api/v1/me/"}
    assert event["user"] == {"id": str(asha.pk)}
    assert event["tags"] == {"request_id": answer["X-Request-ID"]}
    assert (event["release"], event["environment"]) == ("pandaledger@9.9", "drill")
    assert "breadcrumbs" not in event
    for raw in sentry.raw:
        assert not [word for word in PRIVATE if word in raw]


def test_what_is_logged_as_an_error_is_reported_by_its_words_alone(db: None, sentry: Received) -> None:
    logging.getLogger("some.library").error("%s has %s", NAME, AMOUNT, extra={"note": NAME})
    event = reported(sentry)
    assert event["logentry"] == {"message": "%s has %s"}
    assert not [raw for raw in sentry.raw for word in PRIVATE if word in raw]


def test_what_goes_well_is_not_reported(asha: User, asha_api: APIClient, sentry: Received) -> None:
    assert asha_api.get("/api/v1/me/").status_code == 200
    assert asha_api.get("/api/v1/accounts/987654/").status_code == 404
    assert asha_api.post("/api/v1/accounts/", {"nonsense": 1}).status_code == 400
    user_login_failed.send(sender=User, credentials={"email": asha.email})
    sentry_sdk.flush(timeout=10)
    assert sentry.raw == []
