"""What a person does before a browser."""

from collections.abc import Callable
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import PASSWORD

SECONDS = 30
IS_NEW = "return !window.isTheOldPage && document.readyState === 'complete'"
COMPLAINTS = ("WARNING", "SEVERE")


class Person:
    def __init__(self, chrome: Chrome, site: str) -> None:
        self.chrome, self.site = chrome, site

    @property
    def path(self) -> str:
        return self.chrome.current_url.removeprefix(self.site).partition("?")[0]

    @property
    def text(self) -> str:
        return self.chrome.find_element(By.TAG_NAME, "body").text

    def open(self, path: str) -> None:
        self.chrome.get(path if path.startswith("http") else f"{self.site}{path}")

    def field(self, name: str) -> WebElement:
        return self.chrome.find_element(By.NAME, name)

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.field(name).clear()
            self.field(name).send_keys(value)

    def press(self, label: str) -> None:
        """A button or a link by its words, up to the next page."""
        self.chrome.execute_script("window.isTheOldPage = true")
        self.control(label).click()
        self._wait(lambda chrome: chrome.execute_script(IS_NEW))

    def control(self, label: str) -> WebElement:
        path = f"//*[self::button or self::a][normalize-space()='{label}']"
        return self.chrome.find_element(By.XPATH, path)

    def wait_for(self, words: str) -> None:
        self._wait(lambda _: words in self.text)

    def log_in(self, email: str = "asha@example.com", password: str = PASSWORD) -> None:
        self.open("/accounts/login/")
        self.fill(login=email, password=password)
        self.press("Sign In")

    def log_out(self) -> None:
        self.open("/accounts/logout/")
        self.press("Sign Out")

    def confirm(self) -> None:
        """Where the password is asked for once more."""
        if self.path == "/accounts/reauthenticate/":
            self.fill(password=PASSWORD)
            self.press("Confirm")

    def is_in(self) -> bool:
        """As the API sees this browser."""
        status: Any = self.chrome.execute_async_script(
            "const done = arguments[0]; fetch('/api/v1/analytics/status/').then(answer => done(answer.status))"
        )
        return bool(status == 200)

    def _wait(self, is_so: Callable[[Chrome], bool]) -> None:
        """Between two pages there is none to be asked."""
        WebDriverWait(self.chrome, SECONDS, ignored_exceptions=[WebDriverException]).until(is_so)

    def console(self) -> list[str]:
        """What the browser complained about since it was last asked, but for the 401 of `is_in`."""
        entries = [entry for entry in self.chrome.get_log("browser") if entry["level"] in COMPLAINTS]
        lines = [entry["message"] for entry in entries]
        return [line for line in lines if "status of 401" not in line]
