"""People, who log in by e-mail."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models, transaction

from core.models.currency import CurrencyField, default_currency


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name!r} is not an IANA time zone.", code="invalid_time_zone")


def default_time_zone() -> str:
    return str(settings.DEFAULT_TIME_ZONE)


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
            self.accounts.get_or_create(is_default=True, defaults={"name": "Main", "currency": self.base_currency})

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
