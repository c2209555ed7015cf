"""What a person wants done to entries that look like this."""

from django.conf import settings
from django.db import models

from core.models import Account
from ledger.models.category import Category


class Rule(models.Model):
    """The first rules come first, and each sees what those before it did.

    conditions: as `ledger.rules` defines them; all of them must hold, or any where `match` says so.
    What a rule sets it sets only where it says something; `to_account` makes a transfer of what it finds.
    """

    class Match(models.TextChoices):
        ALL = "all"
        ANY = "any"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    match = models.CharField(max_length=3, choices=Match, default=Match.ALL)
    conditions = models.JSONField(default=list)
    category = models.ForeignKey(Category, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    payee = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=500, blank=True)
    add_tags = models.JSONField(default=list, blank=True)
    to_account = models.ForeignKey(Account, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    stops = models.BooleanField(default=False, help_text="No rule after this one looks at what it has changed.")

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name
