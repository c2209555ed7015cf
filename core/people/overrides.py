"""The seven places where allauth offers no setting for what it uses, and what is put there.

- Headless views name their input classes themselves; the forms of the pages are named by ACCOUNT_FORMS.
- A log-in looks once for an address that has an account and twice for one that has none.
- Codes of the second factor are limited by a fixed number a minute, at which six digits can be found out in time.
- A code of an app that was used is forgotten before it is over.
- The code that an app is made known with is not taken for used.
- An address may become the first of two people's, where one of them never verified it, which the database refuses.
"""

from collections.abc import Callable
from typing import Any

from allauth.account import auth_backends
from allauth.account.internal.flows import manage_email
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.headless.account import views
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.internal import flows as totp_flows
from allauth.mfa.totp.internal.auth import TOTP

from core.errors import TooMany
from core.mail.letters import register
from core.models import User
from core.people.lockout import code_begin
from core.people.login_limits import refuse
from core.people.one_time_codes import app_activate, code_use
from core.people.quiet_forms import RESET, PeopleSignupInput, ResetInput, reset_write

_may_be_first = manage_email.can_mark_as_primary


def override() -> None:
    manage_email.can_mark_as_primary = may_be_first
    views.RequestPasswordResetView.input_class = ResetInput
    views.SignupView.input_class = {"POST": PeopleSignupInput}
    auth_backends.filter_users_by_email = people_to_log_in
    mfa_forms.check_rate_limit = limit_codes
    TOTP._mark_code_used = code_use
    totp_flows.activate_totp = app_activate
    register(RESET, reset_write)


def may_be_first(address: EmailAddress) -> bool:
    return _may_be_first(address) and not User.objects.filter(email=address.email).exclude(pk=address.user_id).exists()


def people_to_log_in(email: str, **kwargs: Any) -> list[User]:
    """In the place of allauth's function: who has proved that the address is theirs, else who has it as the first of
    theirs, else who says so. Always by two queries, so that it takes the same time for an address that nobody has.

    Nobody else with them: whose log-in with that address would forgive their own guesses at its owner's password.
    """
    email = email.lower()
    addresses = list(EmailAddress.objects.filter(email=email).select_related("user"))
    people = list(User.objects.filter(email=email))
    verified = [address.user for address in addresses if address.verified]
    return list(dict.fromkeys(verified or people or [address.user for address in addresses]))


def limit_codes(user: User, error_key: str | None = None) -> Callable[[], None]:
    """In the place of allauth's function: refuses, or gives what is to be called when the code was right."""
    try:
        attempt = code_begin(context.request, user)
    except TooMany as error:
        refuse(context.request, error)
    return attempt.succeeded
