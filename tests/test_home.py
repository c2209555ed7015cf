"""The page at `/`."""

import pytest
from django.test import Client

from core.models import User

pytestmark = pytest.mark.django_db


def test_it_says_where_to_go(client: Client) -> None:
    page = client.get("/").content.decode()
    for address in ("/api/docs/", "/admin/", "/accounts/login/"):
        assert f'href="{address}"' in page
    assert "A demo person" not in page
    assert "<script" not in page


def test_it_names_the_demo_as_a_demo(client: Client) -> None:
    User.objects.create_user("demo@example.com", "secret", is_demo=True)
    page = client.get("/").content.decode()
    assert "A demo person lives here" in page
    assert "demo@example.com" in page


def test_it_greets_who_is_logged_in(client: Client) -> None:
    client.force_login(User.objects.create_user("anna@example.com", "secret"))
    page = client.get("/").content.decode()
    assert "anna@example.com" in page
    assert 'href="/accounts/login/"' not in page


def test_it_shows_no_other_person(client: Client) -> None:
    User.objects.create_user("bela@example.com", "secret")
    assert "bela@example.com" not in client.get("/").content.decode()


def test_it_is_read_only(client: Client) -> None:
    assert client.post("/").status_code == 405
