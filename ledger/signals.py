"""What ledger tells others about its data, within the database transaction of the change.

ledger_changed: user_id, since (date): entries, balances or terms of a person are different from that day on.
"""

from django.dispatch import Signal

ledger_changed = Signal()
