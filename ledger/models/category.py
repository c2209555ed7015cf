"""What money is spent on and where it comes from: a tree of names of the person's own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Category(models.Model):
    """A name below another one, or at the top; expenses and incomes have trees of their own."""

    class Kind(models.TextChoices):
        EXPENSE = "expense"
        INCOME = "income"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="categories")
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=7, choices=Kind)
    name = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "categories"
        constraints = (
            models.UniqueConstraint("user", "kind", "parent", Lower("name"), name="category_is_unique_below_another"),
            models.UniqueConstraint(
                "user", "kind", Lower("name"), condition=Q(parent__isnull=True), name="category_is_unique_at_the_top"
            ),
        )

    def __str__(self) -> str:
        return self.name
