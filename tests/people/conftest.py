"""A site that sends mail, so that addresses must be verified."""

from typing import Any

import pytest


@pytest.fixture
def mails(settings: Any, clean_cache: None) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False
