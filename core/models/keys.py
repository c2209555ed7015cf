"""Keys to the API, and what repeated requests were answered."""

import hashlib
import secrets
from datetime import datetime

from django.db import models

from core.models.person import User


class ApiToken(models.Model):
    """A named key for scripts; only its digest is kept, so it is shown once.

    expires_at: from this moment on it opens nothing; without one it opens until it is deleted.
    """

    class Access(models.TextChoices):
        READ = "read", "only reads"
        FULL = "full", "reads and writes"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    access = models.CharField(max_length=4, choices=Access, default=Access.FULL)
    expires_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=8, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @staticmethod
    def digest_of(key: str) -> str:
        """The key has 256 random bits, so one round of SHA-256 is enough and costs a request nothing."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(
        cls, user: User, name: str, *, access: str = Access.FULL, expires_at: datetime | None = None
    ) -> tuple["ApiToken", str]:
        """A new token, and the key that is never to be seen again."""
        key = "pl_" + secrets.token_urlsafe(32)
        token = cls.objects.create(
            user=user, name=name, access=access, expires_at=expires_at, digest=cls.digest_of(key), prefix=key[:8]
        )
        return token, key


class IdempotencyKey(models.Model):
    """What a POST with this key answered, so that a repeat of it answers the same and does nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_is_unique_for_a_person"),)

    def __str__(self) -> str:
        return self.key
