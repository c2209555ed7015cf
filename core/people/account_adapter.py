"""What this site does in its own way where allauth asks about accounts of people."""

from django.conf import settings
from django.http import HttpRequest

from core.client_address import UNKNOWN
from core.people.login_limits import LimitedLogins

NO_ADDRESS = "0.0.0.0"  # noqa: S104  (what is kept of a session whose client has none, as over a Unix socket)


class AccountAdapter(LimitedLogins):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_IS_OPEN)

    def get_client_ip(self, request: HttpRequest) -> str:
        address = super().get_client_ip(request)
        return NO_ADDRESS if address == UNKNOWN else address
