"""What rows of bank files call an account."""

from itertools import chain, count

from core.models import Account
from ledger.models import BankKey

FAR = 2**40
"""No id is so high."""


def bank_key_of(account: Account) -> int:
    """For good from the first file on; call it with the person locked.

    Its id, unless an account that came out of another database is called like that.
    """
    row = BankKey.objects.filter(account=account).first()
    if row is None:
        taken = set(BankKey.objects.filter(user=account.user_id).values_list("key", flat=True))
        free = next(key for key in chain([account.pk], count(FAR + account.pk, FAR)) if key not in taken)
        row = BankKey.objects.create(user_id=account.user_id, account=account, key=free)
    return row.key
