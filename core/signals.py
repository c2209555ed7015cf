"""What core tells the apps above it, which it does not know."""

from django.dispatch import Signal

account_changing = Signal()
"""Sent by Account after it was saved, within the transaction: `account`, and `changes`, {field: (before, after)}.

A receiver refuses a change by raising an error of `core.errors`, which undoes it, or does what follows from it.
"""
