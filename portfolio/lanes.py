"""The lanes of `core.background` that may wait for a provider."""

QUOTES = "quotes"
"""Refreshes the prices of what somebody looks at."""
SYNC = "sync"
"""Fetches histories."""
