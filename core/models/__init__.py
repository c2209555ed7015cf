"""People, the accounts in which they hold things, their keys, and the log of what they changed."""

from core.models.account import Account
from core.models.activity import Activity
from core.models.currency import CurrencyField, default_currency, validate_currency
from core.models.keys import ApiToken, IdempotencyKey
from core.models.person import User, UserManager, default_time_zone, validate_time_zone
from core.models.work import OutgoingMail, RateCount

__all__ = [
    "Account",
    "Activity",
    "ApiToken",
    "CurrencyField",
    "IdempotencyKey",
    "OutgoingMail",
    "RateCount",
    "User",
    "UserManager",
    "default_currency",
    "default_time_zone",
    "validate_currency",
    "validate_time_zone",
]
