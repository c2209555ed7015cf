"""What follows from a log-in and from a new password."""

from typing import Any

from allauth.account import signals
from django.dispatch import receiver
from django.http import HttpRequest

from core.models import User
from core.people.devices import BY_RESET, device_remember
from core.people.lockout import unlock


@receiver(signals.user_logged_in)
def know_device(sender: Any, *, request: HttpRequest, user: User, **kwargs: Any) -> None:
    device_remember(request, user)


@receiver([signals.password_changed, signals.password_set])
def know_device_with_new_password(sender: Any, *, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """What the device has was bound to the old password."""
    device_remember(request, user)


@receiver(signals.password_reset)
def let_owner_in(sender: Any, *, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """At once, also while others go on with guessing: they meet the count of strangers again."""
    unlock(user)
    device_remember(request, user, name=BY_RESET)
