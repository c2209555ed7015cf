"""The demo person: their log-in and their two accounts."""

import secrets
from datetime import date

from core.addresses import is_at_home
from core.errors import Conflict
from core.models import Account, User
from core.people.addresses import address_vouch_once
from core.services import account_create, account_update
from portfolio.demo.plan import INDIA, US, US_SINCE

EMAIL = "demo@pandaledger.local"
PASSWORD_AT_HOME = "panda-demo"  # noqa: S105  (known to all, so it opens nothing that others can reach)


def person_ensure() -> tuple[User, str | None]:
    """The demo person, and the password; None where only its digest is known any more."""
    person = User.objects.filter(email=EMAIL).first()
    if person is not None and not person.is_demo:
        raise Conflict(f"{EMAIL} is a person of flesh and blood; left alone.")
    if person is None:
        person = User.objects.create_user(
            EMAIL, name="Demo Person", base_currency="INR", timezone="Asia/Kolkata", is_demo=True
        )
    address_vouch_once(person)
    _admin_at_home(person)
    return person, _password_ensure(person)


def person_forget() -> None:
    """With everything that is theirs."""
    User.objects.filter(email=EMAIL, is_demo=True).delete()


def _admin_at_home(person: User) -> None:
    """One log-in opens everything, the admin too, where nobody but this computer can reach the server."""
    at_home = is_at_home()
    if (person.is_staff, person.is_superuser) != (at_home, at_home):
        person.is_staff = person.is_superuser = at_home
        person.save(update_fields=["is_staff", "is_superuser"])


def _password_ensure(person: User) -> str | None:
    """The known password where nobody but this computer can reach the server, else one that nobody can guess."""
    is_known = person.check_password(PASSWORD_AT_HOME)
    if is_at_home():
        password = PASSWORD_AT_HOME if is_known or not person.has_usable_password() else None
    else:
        password = secrets.token_urlsafe(12) if is_known or not person.has_usable_password() else None
    if password is not None and not (is_known and password == PASSWORD_AT_HOME):
        person.set_password(password)
        person.save(update_fields=["password"])
    return password


def accounts_ensure(person: User) -> dict[str, Account]:
    """By name; the Indian one is the account that everybody has from the first moment on."""
    accounts = {account.name: account for account in person.accounts.all()}
    if INDIA not in accounts:
        default = person.accounts.get(is_default=True)
        accounts[INDIA] = account_update(account=default, changes={"name": INDIA, "kind": Account.Kind.DEMAT})
    if US not in accounts:
        accounts[US] = account_create(user=person, fields=_us_fields(US_SINCE))
    return accounts


def _us_fields(since: date) -> dict[str, object]:
    return {
        "name": US,
        "kind": Account.Kind.BROKER,
        "currency": "USD",
        "tracks_cash": True,
        "opened_on": since,
    }
