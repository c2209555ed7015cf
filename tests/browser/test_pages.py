"""Every page that a person can come to: in our layout, by our policy, and without a word in the console."""

import pytest

from core.models import User
from tests.browser.person import Person
from tests.browser.test_log_in import enrol_totp
from tests.conftest import PASSWORD

OF_NOBODY = ("/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/api/docs/")
OF_A_PERSON = (
    *("/", "/accounts/email/", "/accounts/password/change/", "/accounts/sessions/", "/accounts/3rdparty/"),
    *("/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/deactivate/"),
    *("/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/reauthenticate/"),
    *("/accounts/logout/", "/api/docs/", "/admin/", "/admin/core/user/"),
)
MISSING = "/no/such/page/"


def check(person: Person, path: str) -> None:
    person.open(path)
    person.confirm()
    assert person.console() == [], path
    assert "PandaLedger" in person.chrome.title or path.startswith("/admin/")


def test_those_of_nobody(person: Person, clean_cache: None) -> None:
    for path in OF_NOBODY:
        check(person, path)


def test_a_page_that_is_not_there(person: Person) -> None:
    """The browser says so in the console, and nothing else."""
    person.open(MISSING)
    (line,) = person.console()
    assert "404 (Not Found)" in line


def test_those_of_a_person(person: Person, asha: User, clean_cache: None) -> None:
    User.objects.filter(pk=asha.pk).update(is_staff=True, is_superuser=True)
    person.log_in()
    enrol_totp(person)
    for path in OF_A_PERSON:
        check(person, path)


@pytest.mark.parametrize("width", [360, 1100])
def test_nothing_is_wider_than_the_window(person: Person, clean_cache: None, width: int) -> None:
    """Of a telephone and of a desk."""
    person.chrome.set_window_size(max(width, 500), 800)  # no window is narrower than that
    person.chrome.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    )
    person.log_in(password=PASSWORD)
    for path in ("/accounts/email/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/2fa/webauthn/add/"):
        person.open(path)
        wide = person.chrome.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, path
