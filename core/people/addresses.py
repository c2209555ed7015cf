"""E-mail addresses of people that somebody who runs the site vouches for, so that nobody needs to verify them."""

from allauth.account.models import EmailAddress
from django.db import transaction

from core.errors import InvalidInput
from core.models import User


@transaction.atomic
def address_vouch(user: User) -> None:
    """Their e-mail address is theirs, and the one that mail goes to; it takes the place of the one before."""
    others = EmailAddress.objects.exclude(user=user)
    if others.filter(email=user.email, verified=True).exists():
        raise InvalidInput("Another person has this e-mail address.", attr="email", code="unique")
    EmailAddress.objects.filter(user=user, primary=True).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def address_vouch_once(user: User) -> None:
    """For who was made before addresses were kept by themselves."""
    if not EmailAddress.objects.filter(user=user).exists():
        address_vouch(user)
