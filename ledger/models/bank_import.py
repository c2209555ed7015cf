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
    account_number = models.CharField(
        max_length=200, blank=True, help_text="Of the account at the bank, where the file says it."
    )
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


class BankKey(models.Model):
    """What rows of bank files call an account, for good: its id when its first file came, in whichever database.

    What a row is known by is made of it, so it goes with the account where that is imported.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="bank_key")
    key = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="bank_key_is_of_one_account"),)

    def __str__(self) -> str:
        return f"{self.account}: {self.key}"


class MatchedRow(models.Model):
    """A row of a file that was an entry already: made by hand, of another file, or the other side of a transfer.

    With what the row looked like, it is known the next time; and an entry that one row of an account was found to be
    is not found by another. `Entry` has the same three fields for the row that it was made of.
    """

    bank_import = models.ForeignKey(BankImport, on_delete=models.CASCADE, related_name="matched_rows")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.CASCADE, related_name="matched_rows")
    external_id = models.CharField(max_length=200, null=True)  # noqa: DJ001  (unique where it is given)
    likeness = models.CharField(max_length=32, null=True)  # noqa: DJ001  (as of an entry)
    likeness_no = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "external_id"], name="matched_row_external_id_is_unique"),
            models.UniqueConstraint(fields=["account", "likeness", "likeness_no"], name="matched_row_is_taken_once"),
        )

    def __str__(self) -> str:
        return f"{self.entry} in {self.bank_import}"


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
