"""A site that sends mail, so that addresses must be verified; and one that is set to a provider of OpenID."""

from collections.abc import Iterator
from typing import Any

import pytest

from pandaledger.environment import Environment
from pandaledger.settings_people import people_settings
from tests.people.oidc_provider import CLIENT, SECRET, Behaviour, Provider, provider_on_loopback


@pytest.fixture
def mails(settings: Any, clean_cache: None) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False


@pytest.fixture(scope="session")
def server() -> Iterator[Provider]:
    with provider_on_loopback() as provider:
        yield provider


@pytest.fixture
def provider(server: Provider, settings: Any, monkeypatch: Any, mails: None, tmp_path: Any) -> Provider:
    """It knows Asha, and has verified her address; the site is set to it as a deployer would."""
    for name, value in {
        "NAME": "Family",
        "ISSUER": server.issuer,
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
    }.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    env = Environment(tmp_path / ".env")
    settings.SOCIALACCOUNT_PROVIDERS = people_settings(env)["SOCIALACCOUNT_PROVIDERS"]
    assert not env.errors
    server.behaviour = Behaviour(
        person={"sub": "4711", "email": "asha@example.com", "email_verified": True, "name": "Asha Rao"}
    )
    return server
