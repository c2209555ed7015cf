"""The admin of people, their accounts and keys, and what the admin of every app is built on."""

from django.contrib import admin

from core.admin import accounts, activities, keys, users  # noqa: F401  (registers them)

admin.site.site_header = admin.site.site_title = "PandaLedger"
