"""Whom a command is for, by e-mail address."""

from django.core.management.base import CommandError

from core.models import User


def person_by_email(email: str) -> User:
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError(f"There is no person with the e-mail address {email}.")
    return user


def people_by_email(email: str | None) -> list[User]:
    """One person, or everybody in the order in which people are locked."""
    return list(User.objects.order_by("pk")) if email is None else [person_by_email(email)]
