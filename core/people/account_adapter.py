"""What this site does in its own way where allauth asks its adapter."""

from core.people.login_limits import LimitedLogins


class AccountAdapter(LimitedLogins):
    pass
