"""Files of banks that were taken in, and how the columns of a bank's CSV are to be read."""

from django.conf import settings
from django.db import models

from core.models import Account


class BankImport(models.Model):
    """One file: what came of its rows. Undone, its entries are deleted as by hand, and can come back for 30 days."""

    class Format(models.TextChoices):
        CSV = "csv"
        OFX = "ofx"
        QIF = "qif"
        CAMT = "camt"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bank_imports")
    account = models.ForeignKey(Account, on_delete=models.RESTRICT, related_name="bank_imports")
    format = models.CharField(max_length=4, choices=Format)
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0, help_text="Rows that had been taken in before.")
    matched = models.PositiveIntegerField(default=0, help_text="Rows that were found among the entries made by hand.")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.file_name} into {self.account}"


class ColumnMapping(models.Model):
    """How files with this header are read into this account, as the person once said.

    header: the names of the columns, joined. mapping: as `ledger.bank_files.mapping` defines it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="column_mappings")
    header = models.TextField()
    header_digest = models.CharField(max_length=64, editable=False)
    mapping = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "header_digest"], name="one_mapping_per_account_and_header"),
        )

    def __str__(self) -> str:
        return f"{self.account}: {self.header}"
