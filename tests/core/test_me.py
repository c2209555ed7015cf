"""GET, PATCH /me/."""

import json

import pytest

from tests.conftest import check_error

ME = "/api/v1/me/"


def test_it_works(asha_api):
    response = asha_api.get(ME)

    assert response.status_code == 200
    assert response.json() == {
        "email": "asha@example.com",
        "name": "Asha",
        "base_currency": "INR",
        "timezone": "Asia/Kolkata",
        "risk_appetite": "mid",
        "preferences": {},
    }


def test_it_changes_what_is_named(asha, asha_api):
    response = asha_api.patch(
        ME, {"base_currency": "usd", "timezone": "UTC", "risk_appetite": "high", "preferences": {"theme": "dark"}}
    )

    assert response.status_code == 200
    asha.refresh_from_db()
    assert (asha.base_currency, asha.timezone, asha.risk_appetite) == ("USD", "UTC", "high")
    assert asha.preferences == {"theme": "dark"} == response.json()["preferences"]
    assert asha.name == "Asha"


def test_it_keeps_numbers_in_preferences(asha, asha_api):
    response = asha_api.patch(ME, '{"preferences": {"a": 0.25, "b": [1, 2.5e3]}}', content_type="application/json")

    assert response.json()["preferences"] == {"a": 0.25, "b": [1, 2500.0]}


def test_it_takes_back_what_it_gave(asha_api):
    assert asha_api.patch(ME, asha_api.get(ME).json()).status_code == 200


@pytest.mark.parametrize(
    ("changes", "attr", "code"),
    [
        ({"email": "new@example.com"}, "email", "read_only"),
        ({"base_currency": "XXX"}, "base_currency", "invalid_currency"),
        ({"base_currency": "RUPEES"}, "base_currency", "max_length"),
        ({"base_currency": None}, "base_currency", "null"),
        ({"base_currency": 5}, "base_currency", None),
        ({"timezone": "Mars/Olympus"}, "timezone", "invalid_time_zone"),
        ({"timezone": "../etc/passwd"}, "timezone", "invalid_time_zone"),
        ({"risk_appetite": "yolo"}, "risk_appetite", "invalid_choice"),
        ({"risk_appetite": ["mid"]}, "risk_appetite", "invalid_choice"),
        ({"name": "x" * 151}, "name", "max_length"),
        ({"name": {"first": "Asha"}}, "name", "invalid"),
        ({"preferences": [1]}, "preferences", "not_an_object"),
        ({"preferences": "text"}, "preferences", "not_an_object"),
        ({"preferences": {"x": "y" * 65_536}}, "preferences", "too_large"),
        ({"preferences": {"x": 2**70}}, "preferences", "number"),
        ({"base_curency": "USD"}, "base_curency", "unknown_field"),
        ({"is_superuser": True}, "is_superuser", "unknown_field"),
        ([1, 2], "non_field_errors", "invalid"),
        ("text", "non_field_errors", "invalid"),
    ],
)
def test_it_rejects(asha, asha_api, changes, attr, code):
    response = asha_api.patch(ME, json.dumps(changes), content_type="application/json")

    check_error(response, 400, attr=attr, code=code)
    asha.refresh_from_db()
    assert (asha.email, asha.base_currency, asha.preferences) == ("asha@example.com", "INR", {})


def test_it_says_once_what_is_wrong_with_a_currency(asha_api):
    """The field of the model and that of the API ask the same."""
    response = asha_api.patch(ME, {"base_currency": "XXX"})

    assert [error["code"] for error in response.json()["errors"]] == ["invalid_currency"]


def test_it_is_closed_to_the_anonymous(anonymous_api):
    response = anonymous_api.get(ME)

    check_error(response, 401, code="not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("method", ["put", "post"])
def test_it_has_no_other_methods(asha_api, method):
    check_error(getattr(asha_api, method)(ME), 405, code="method_not_allowed")
