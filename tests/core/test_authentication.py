"""By a key, by a session, or not at all: 401."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import ApiToken
from tests.conftest import PASSWORD, check_error

ME = "/api/v1/me/"
LOGIN = "/_allauth/browser/v1/auth/login"


def get_with(header: str):
    return APIClient().get(ME, headers={"Authorization": header})


def test_it_works(asha):
    _, key = ApiToken.issue(asha, "script")

    assert get_with(f"Token {key}").status_code == 200
    assert get_with(f"token {key}").status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Token", "Token ", "Token a b", "Token nonsense", "Token \xff\xfe", "Bearer x", "Basic eDp5", "x"]
)
def test_other_headers_are_refused(db, header):
    response = get_with(header)

    check_error(response, 401)
    assert response["WWW-Authenticate"] == "Token"


def test_someone_who_left_is_refused(asha, asha_api):
    asha.is_active = False
    asha.save()

    check_error(asha_api.get(ME), 401, code="authentication_failed")


def test_a_key_costs_one_query(asha_api, django_assert_num_queries):
    asha_api.get(ME)
    with django_assert_num_queries(1):
        asha_api.get(ME)


def test_the_last_use_is_noted_once_an_hour(asha_api):
    def last_use():
        return ApiToken.objects.get().last_used_at

    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        asha_api.get(ME)
        assert last_use() == start
        clock.shift(timedelta(minutes=59))
        asha_api.get(ME)
        assert last_use() == start
        clock.shift(timedelta(minutes=1))
        asha_api.get(ME)
        assert last_use() == start + timedelta(hours=1)


def test_a_browser_logs_in_and_needs_csrf_to_write(asha, clean_cache):
    browser = APIClient(enforce_csrf_checks=True)
    browser.get("/_allauth/browser/v1/config")
    token = browser.cookies["csrftoken"].value
    login = browser.post(LOGIN, {"email": asha.email, "password": PASSWORD}, headers={"X-CSRFToken": token})
    assert login.status_code == 200, login.content

    token = browser.cookies["csrftoken"].value
    assert browser.get(ME).json()["email"] == asha.email
    check_error(browser.patch(ME, {"name": "A."}), 403, code="permission_denied")
    assert browser.patch(ME, {"name": "A."}, headers={"X-CSRFToken": token}).status_code == 200


def test_a_browser_signs_up(clean_cache):
    browser = APIClient()
    person = {"email": "New@Example.com", "password": "another long phrase"}
    response = browser.post("/_allauth/browser/v1/auth/signup", person)

    assert response.status_code == 200, response.content
    assert browser.get(ME).json()["email"] == "new@example.com"
