"""What core tells the apps above it, which it does not know."""

from django.dispatch import Signal

account_changing = Signal()
"""Sent by `Account.save`, after it and within its transaction: `account`, and `changes`, {column: (before, after)}.

Not sent for a new account. A `QuerySet.update` sends nothing, as with the signals of Django.

A receiver refuses a change by raising an error of `core.errors`, which undoes it, or does what follows from it.
"""

account_deleting = Signal()
"""Sent before an account is deleted on its person's wish, within that transaction: `account`.

A receiver refuses it by raising an error of `core.errors`, which says more than that the account is in use.
"""

money_abroad = Signal()
"""After the commit: `user_id` has money in other currencies than their own; `currencies`, {code: first day}, of all.

Told at every change of that money, so who listens looks first whether it is new to them.
"""

demo_built = Signal()
"""Within the transaction that made the demo person or brought them up to today: `person`."""

person_locking = Signal()
"""Before a person is locked to be erased: `user_id`. A receiver takes what locks are taken before that of a person."""

person_erasing = Signal()
"""Within the transaction that erases a person, who is locked: `user_id`.

A receiver deletes what its app has of them by `core.erasure.rows_erase`, without loading it, in an order in which
nothing is left that points to what is gone. The accounts and the person go after all receivers, with all that is
deleted with these: that is loaded, so no table that may be long is left to it.
"""
