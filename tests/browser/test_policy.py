"""The pages work under the policy that they are sent with: the console of the browser is asked after each test."""

import pytest
from django.contrib import admin
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from core.models import Account, User
from tests.browser.person import SECONDS, Person


@pytest.fixture
def boss(person: Person, asha: User) -> Person:
    """Asha runs this site."""
    asha.is_staff = asha.is_superuser = True
    asha.save()
    person.log_in()
    return person


def test_the_docs_ask_the_api(person: Person) -> None:
    person.log_in()
    person.open("/api/docs/")
    waiting = WebDriverWait(person.chrome, SECONDS, ignored_exceptions=[WebDriverException])
    buttons = (".opblock-summary-control", ".try-out__btn", ".execute")
    for selector in ("#operations-tag-me", *(f"#operations-me-me_retrieve {button}" for button in buttons)):
        found = waiting.until(expected_conditions.element_to_be_clickable((By.CSS_SELECTOR, selector)))
        person.chrome.execute_script("arguments[0].click()", found)
    answer = waiting.until(lambda chrome: chrome.find_element(By.CSS_SELECTOR, ".live-responses-table"))
    assert "200" in answer.text
    assert "asha@example.com" in answer.text


def test_every_page_of_the_admin(boss: Person) -> None:
    """The list and the form of each model."""
    for model in admin.site._registry:
        page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        boss.open(page)
        assert boss.chrome.find_elements(By.ID, "content-main"), page
        forms = boss.chrome.find_elements(By.CSS_SELECTOR, ".object-tools .addlink")
        if forms:
            boss.open(str(forms[0].get_attribute("href")))
            assert boss.chrome.find_elements(By.CSS_SELECTOR, "#content-main form"), page


def test_scripts_of_the_admin_work(boss: Person, asha: User) -> None:
    """The calendar of a day, and all rows ticked at once."""
    boss.open(f"/admin/core/account/{Account.objects.get(user=asha).pk}/change/")
    boss.chrome.find_element(By.CSS_SELECTOR, ".field-opened_on .datetimeshortcuts a").click()
    assert boss.field("opened_on").get_attribute("value")
    boss.open("/admin/core/account/")
    boss.chrome.find_element(By.ID, "action-toggle").click()
    assert boss.chrome.find_element(By.CSS_SELECTOR, "input.action-select").is_selected()


def test_an_error_looks_like_a_page(person: Person) -> None:
    """Its own status is all that the console says."""
    person.open("/nothing/here/")
    assert "There is no page at this address." in person.text
    body = person.chrome.find_element(By.TAG_NAME, "main")
    assert body.value_of_css_property("max-width").endswith("px")
    assert [line for line in person.console() if "404" not in line] == []
