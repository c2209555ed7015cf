"""Second factors are sealed in the database, and stay readable when the key of the site changes."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from core.people.sealing import Unreadable, reseal, seal, unseal
from tests.people.app import App, logged_in, totp_enrol
from tests.people.totp import next_totp

FORMER = "the-former-key-of-this-site-which-is-long-enough"
NEW = "the-new-key-of-this-site-which-is-long-enough-too"


@pytest.fixture
def former_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = FORMER, []


def change_key(settings, *, fallbacks):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, fallbacks


def test_what_is_sealed_is_not_seen_and_never_twice_the_same(former_key):
    sealed = seal("a secret")
    assert unseal(sealed) == "a secret"
    assert "secret" not in sealed
    assert sealed != seal("a secret")


def test_a_former_key_opens_as_long_as_it_is_named(settings, former_key):
    sealed = seal("a secret")
    change_key(settings, fallbacks=[FORMER])
    assert unseal(sealed) == "a secret"
    again = reseal(sealed)
    change_key(settings, fallbacks=[])
    assert unseal(again) == "a secret"
    for broken in (sealed, "", "nonsense", again[:-4] + "AAAA"):
        with pytest.raises(Unreadable):
            unseal(broken)


@pytest.fixture
def secret(former_key, clean_cache, asha):
    return totp_enrol(logged_in(asha.email))


def test_no_row_has_a_secret_that_opens_anything(secret):
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert Authenticator.objects.count() == 2  # of the app, and the recovery codes
    for row in Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES):
        assert all(code not in stored for code in row.wrap().generate_codes())


def enter(asha, code):
    app = App()
    app.log_in(asha.email)
    return app.post("auth/2fa/authenticate", code=code)


def test_people_get_in_after_a_change_of_the_key(settings, secret, asha, capsys):
    change_key(settings, fallbacks=[FORMER])
    assert enter(asha, next_totp(secret)).status_code == 200
    call_command("reseal_second_factors")
    assert "Sealed 2 second factors" in capsys.readouterr().out
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().generate_codes()
    change_key(settings, fallbacks=[])
    assert enter(asha, codes[0]).status_code == 200


def test_a_lost_key_is_told_and_lets_nobody_in(settings, secret, asha, client, capsys):
    change_key(settings, fallbacks=[])
    refused = enter(asha, next_totp(secret))
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["code"] == "unreadable_second_factor"
    client.force_login(asha)
    assert client.get("/accounts/2fa/").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": "a long pass phrase"})
    page = client.get("/accounts/2fa/recovery-codes/")
    assert page.status_code == 409
    assert b"SECRET_KEY_FALLBACKS" in page.content
    call_command("reseal_second_factors")
    assert "2 were sealed with a key that is neither" in capsys.readouterr().err
