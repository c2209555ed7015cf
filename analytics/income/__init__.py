"""Dividends and interest: what was paid, what it yields, what is expected."""
