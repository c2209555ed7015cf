"""What a person compares with: indices, funds, anything that has a price."""

from django.conf import settings
from django.db import models

from portfolio.models.asset import Asset


class Benchmark(models.Model):
    """One choice of a person; the oldest is what they see first. Its closes are fetched as if they held it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="benchmarks")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["user", "asset"], name="one_benchmark_per_person_and_asset"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.asset}"
