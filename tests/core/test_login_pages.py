"""The HTML pages of log-in, and the limit that holds for the admin too."""

import pytest

from core.models import User
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture
def admin(clean_cache) -> User:
    return User.objects.create_superuser("admin@example.com", PASSWORD)


def log_in(client, password):
    return client.post(LOGIN, {"login": "admin@example.com", "password": password, "next": "/admin/"})


def test_it_works(client, admin):
    response = client.get("/admin/login/?next=/admin/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")

    page = client.get(response["Location"])
    assert page.status_code == 200
    assert b"Sign In" in page.content
    assert b'name="next" value="/admin/"' in page.content

    response = log_in(client, PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client, admin):
    for _ in range(5):
        assert b"not correct" in log_in(client, "wrong").content
    response = log_in(client, PASSWORD)

    assert response.status_code == 200
    assert b"too many failed attempts. Try again in a minute." in response.content
    assert client.get("/admin/").status_code == 302


def test_the_limit_is_per_account_over_the_api_too(client, admin):
    for _ in range(5):
        log_in(client, "wrong")
    body = {"email": "admin@example.com", "password": PASSWORD}
    response = client.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert response.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_someone_who_is_not_staff_does_not_get_in(client, asha, clean_cache):
    client.post(LOGIN, {"login": asha.email, "password": PASSWORD})

    assert client.get("/admin/login/?next=/admin/").status_code == 403


@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_the_pages_have_our_layout(client, clean_cache, page):
    assert b"PandaLedger" in client.get(f"/accounts/{page}/").content


def test_a_form_with_a_nul_is_refused(client, admin):
    assert log_in(client, "a\0b").status_code == 200
    assert client.post(LOGIN, {"login": "a\0b@example.com", "password": "x"}).status_code == 200
