"""A code of an authenticator app is good once, for as long as it would be valid."""

from datetime import timedelta

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import flows
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpRequest

from core.limits import count_up, key_of

_activate = flows.activate_totp


def app_activate(request: HttpRequest, form: ActivateTOTPForm) -> tuple[Authenticator, Authenticator | None]:
    """In the place of allauth's function: the code by which a person shows that their app works is used by that."""
    app, recovery_codes = _activate(request, form)
    code_use(TOTP(app), form.cleaned_data["code"])
    return app, recovery_codes


def code_use(totp: TOTP, code: str) -> bool:
    """In the place of allauth's method: whether this is the first use. That one forgets it after half a minute, while
    a code is valid for three times as long, and of two at the same moment both could be the first."""
    valid = timedelta(seconds=app_settings.TOTP_PERIOD * (1 + 2 * app_settings.TOTP_TOLERANCE))
    key = key_of("code of an app", totp.instance.pk, normalize_user_code(code))
    return count_up(key, window=valid).count == 1
