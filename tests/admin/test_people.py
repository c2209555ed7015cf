"""People, their accounts and keys in the admin."""

import re

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from core.models import Account, ApiToken, User
from portfolio.models import Transaction
from tests.admin.conftest import Portfolio, inputs_of, messages_of
from tests.conftest import PASSWORD


def page_of(name: str, *args: object) -> str:
    return reverse(f"admin:core_{name}", args=args)


def test_a_person_is_made_with_a_password_and_an_account(root: Client) -> None:
    new = {
        "email": "New@Example.com",
        "base_currency": "USD",
        "timezone": "America/New_York",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert root.post(page_of("user_add"), new).status_code == 302
    person = User.objects.get(email="new@example.com")
    assert person.check_password(PASSWORD)
    assert person.accounts.get().currency == "USD"
    page = root.post(page_of("user_add"), {**new, "email": "NEW@example.com"})
    assert "email" in page.context["adminform"].form.errors


def test_a_person_is_changed(root: Client, asha: User) -> None:
    url = page_of("user_change", asha.pk)
    data = {**inputs_of(root.get(url)), "timezone": "Asia/Tokyo"}
    assert root.post(url, data).status_code == 302
    assert User.objects.get(pk=asha.pk).timezone == "Asia/Tokyo"
    assert "timezone" in root.post(url, {**data, "timezone": "Mars"}).context["adminform"].form.errors


def test_a_password_is_changed(root: Client, asha: User) -> None:
    url = f"/admin/core/user/{asha.pk}/password/"
    assert root.get(url).status_code == 200
    new = {"usable_password": "true", "password1": "quite another phrase", "password2": "quite another phrase"}
    assert root.post(url, new).status_code == 302
    assert User.objects.get(pk=asha.pk).check_password("quite another phrase")


def test_a_person_goes_with_all_that_is_theirs(root: Client, portfolio: Portfolio) -> None:
    url = page_of("user_delete", portfolio.user.pk)
    assert "Transactions: 2" in root.get(url).content.decode()
    root.post(url, {"post": "yes"})
    assert not User.objects.filter(pk=portfolio.user.pk).exists()
    assert not Transaction.objects.filter(user_id=portfolio.user.pk).exists()


def test_a_person_who_has_nothing_is_deleted(root: Client, bob: User) -> None:
    assert root.post(page_of("user_delete", bob.pk), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=bob.pk).exists()


def test_an_account_in_use_keeps_its_currency_and_stays(root: Client, portfolio: Portfolio) -> None:
    url = page_of("account_change", portfolio.account.pk)
    page = root.post(url, {**inputs_of(root.get(url)), "currency": "USD"})
    assert "currency" in page.context["adminform"].form.errors
    delete = page_of("account_delete", portfolio.account.pk)
    assert "2 transactions" in root.get(delete).content.decode()
    root.post(delete, {"post": "yes"})
    assert Account.objects.get(pk=portfolio.account.pk).currency == "INR"


def test_the_default_account_stays(root: Client, bob: User) -> None:
    page = root.post(page_of("account_delete", bob.accounts.get().pk), {"post": "yes"}, follow=True)
    assert "default account" in messages_of(page)[0]
    assert bob.accounts.exists()


def test_an_account_is_made_once(root: Client, asha: User) -> None:
    new = {"user": asha.pk, "name": "Demat", "kind": "demat", "currency": "INR", "cost_method": "average"}
    assert root.post(page_of("account_add"), new).status_code == 302
    assert asha.accounts.get(name="Demat").cost_method == "average"
    page = root.post(page_of("account_add"), {**new, "name": "DEMAT"})
    assert page.status_code == 200
    assert asha.accounts.count() == 2


def test_staff_make_no_key_of_a_superuser(asha: User) -> None:
    boss = User.objects.create_superuser("boss@example.com", PASSWORD)
    asha.is_staff = True
    asha.save()
    asha.user_permissions.set(Permission.objects.filter(content_type__app_label="core"))
    staff = Client()
    staff.force_login(asha)
    page = staff.post(page_of("apitoken_add"), {"user": boss.pk, "name": "mine", "access": "full"})
    assert page.status_code == 200
    assert "Only a superuser can make a key of a superuser." in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_key_is_shown_once(root: Client, asha: User) -> None:
    page = root.post(page_of("apitoken_add"), {"user": asha.pk, "name": "script", "access": "full"}, follow=True)
    (found,) = {match for text in messages_of(page) for match in re.findall(r"pl_[\w-]{20,}", text)}
    token = ApiToken.objects.get(name="script")
    assert token.digest == ApiToken.digest_of(found)
    page = root.get(page_of("apitoken_change", token.pk))
    assert found not in page.content.decode()
    assert token.digest not in page.content.decode()
