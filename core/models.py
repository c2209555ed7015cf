"""People, the accounts in which they hold things, and their keys to the API."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower

from core.money import CURRENCIES
from core.signals import account_changing


def validate_currency(code: str) -> None:
    if code not in CURRENCIES:
        raise ValidationError(f"{code!r} is not an ISO 4217 currency code.", code="invalid_currency")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name!r} is not an IANA time zone.", code="invalid_time_zone")


def default_currency() -> str:
    return str(settings.DEFAULT_CURRENCY)


def default_time_zone() -> str:
    return str(settings.DEFAULT_TIME_ZONE)


class CurrencyField(models.CharField):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("validators", [validate_currency])
        super().__init__(*args, **kwargs)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """Somebody whom a command or a script makes, and whose address needs no proof; people sign up elsewhere."""
        from core.people.addresses import address_vouch  # models of its own, which need this one

        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email, **extra)
        user.set_password(password)
        with transaction.atomic():
            user.save(using=self._db)
            address_vouch(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, **{**extra, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """A person, who logs in by e-mail; their day and their currency decide what every figure means."""

    class RiskAppetite(models.TextChoices):
        LOW = "low"
        MID = "mid"
        HIGH = "high"

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    base_currency = CurrencyField(default=default_currency)
    timezone = models.CharField(max_length=64, default=default_time_zone, validators=[validate_time_zone])
    risk_appetite = models.CharField(max_length=4, choices=RiskAppetite, default=RiskAppetite.MID)
    preferences = models.JSONField(default=dict, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Everyone has a default account from the first moment on."""
        self.email = self.email.lower()
        with transaction.atomic():
            super().save(*args, **kwargs)
            Account.objects.get_or_create(
                user=self, is_default=True, defaults={"name": "Main", "currency": self.base_currency}
            )

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Account(models.Model):
    """Where something is held: a broker, a demat, a bank, a wallet …"""

    class Kind(models.TextChoices):
        BROKER = "broker"
        DEMAT = "demat"
        WALLET = "wallet"
        BANK = "bank"
        CASH = "cash"
        CARD = "card"
        LOAN = "loan"
        DEPOSIT = "deposit"
        PROPERTY = "property"
        OTHER = "other"

    class CostMethod(models.TextChoices):
        FIFO = "fifo"
        AVERAGE = "average"

    CUSTODY: ClassVar[frozenset[str]] = frozenset({"broker", "demat"})
    """Kinds that hold securities, and keep money only where they track cash."""
    VALUED: ClassVar[frozenset[str]] = frozenset({"deposit", "property", "other"})
    """Kinds that are worth what is stated of them: another value is a gain or loss, and no money that came or went."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BROKER)
    currency = CurrencyField(default=default_currency)
    cost_method = models.CharField(max_length=10, choices=CostMethod, default=CostMethod.FIFO)
    tracks_cash = models.BooleanField(default=False)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    is_default = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint("user", Lower("name"), name="account_name_is_unique_for_the_person"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="one_default_account_for_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on__isnull=True)
                | models.Q(opened_on__isnull=True)
                | models.Q(closed_on__gte=models.F("opened_on")),
                name="account_closes_after_it_opened",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one database transaction with what follows from it, whoever saves: `core.signals.account_changing`."""
        with transaction.atomic():
            before = self._stored()
            super().save(*args, **kwargs)
            if before:
                after = self._stored()
                changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
                account_changing.send(sender=Account, account=self, changes=changes)

    @property
    def keeps_money(self) -> bool:
        """Whether it has a balance. A broker or demat account has one only if it tracks cash: else what it pays for
        comes from outside, and what is moved there has left the money that is counted."""
        return self.tracks_cash or self.kind not in self.CUSTODY

    def _stored(self) -> dict[str, Any]:
        """What the database has of it; nothing of a new one."""
        rows = Account.objects.filter(pk=self.pk).values() if self.pk else ()
        return {name: value for row in rows for name, value in row.items()}


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


class Activity(models.Model):
    """One edit or delete of somebody's money data, with what was there before; rows are only ever added.

    user: whose data. actor: who did it, null for the program itself or for a person who is gone since.
    via, key_name: the way in, and the name of the token if that was one.
    kind, object_id: which row, as the API names it ("transaction", "entry"). label: what it was called.
    before: the old values, of a change only of the fields that it changed. after: their new values; empty of a delete.
    """

    class Via(models.TextChoices):
        SESSION = "session", "browser"
        APP = "app"
        TOKEN = "token"  # noqa: S105  (the name of a way in)
        ADMIN = "admin"
        COMMAND = "command", "command line"
        BACKGROUND = "background", "the program itself"

    class Action(models.TextChoices):
        CHANGED = "changed"
        DELETED = "deleted"
        RESTORED = "restored"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="activities", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    via = models.CharField(max_length=10, choices=Via)
    key_name = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=8, choices=Action)
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "activities"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["user", "-id"], name="activity_of_a_person"),
            models.Index(fields=["user", "kind", "object_id", "-id"], name="activity_of_an_object"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.action}"


class RateCount(models.Model):
    """How often something was done within a window of time, counted for all processes and hosts.

    key: a digest of what is limited and for whom, so that no address or e-mail stands here.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class OutgoingMail(models.Model):
    """A mail that waits to be sent; it may hold a link that opens an account, so it is deleted once it is sent.

    to: the receiver, so that it can go with the person. message: the whole mail as it is sent. due_at: not before.
    """

    to = models.EmailField(db_index=True)
    message = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(db_index=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"mail {self.pk}"
