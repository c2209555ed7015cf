"""Rows that are saved together with what follows from them."""

from typing import Any

from django.db import models, transaction


class SavedWhole(models.Model):
    """In one database transaction with what its receivers do, whoever saves; Django deletes in one anyhow."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
