"""Chromium without a window, and a site that it can reach at http://localhost, where passkeys are allowed."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from core.models import User
from tests.browser.person import Person
from tests.conftest import make_person
from tests.safety.conftest import outbox, smtp  # noqa: F401

ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--window-size=1100,1000", "--lang=en-US"),
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture
def chrome() -> Iterator[Chrome]:
    """With a profile of its own. What is not on the path, Selenium looks for and fetches by itself."""
    options = ChromeOptions()
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.binary_location = next(filter(None, map(shutil.which, BROWSERS)), "")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, ChromeService(shutil.which("chromedriver") or ""))
    yield driver
    driver.quit()


@pytest.fixture
def asha(transactional_db: None) -> User:
    return make_person("asha@example.com", currency="INR", zone="Asia/Kolkata")


@pytest.fixture
def person(chrome: Chrome, live_server: Any, asha: User) -> Iterator[Person]:
    """Asha before the browser. Whatever she does, the console stays empty and the policy is kept."""
    someone = Person(chrome, live_server.url)
    yield someone
    assert someone.console() == []
