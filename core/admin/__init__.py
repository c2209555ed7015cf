"""The admin of people, their accounts and keys, and what the admin of every app is built on."""

from core.admin import accounts, keys, users  # noqa: F401  (registers them)
