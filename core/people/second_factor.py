"""Whether a session has seen a second factor; where administrators must give one, they are sent to do so."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

_PAGES = {
    Authenticator.Type.TOTP: "mfa_reauthenticate",
    Authenticator.Type.WEBAUTHN: "mfa_reauthenticate_webauthn",
}


def page_to_give_it(request: HttpRequest) -> str | None:
    """Where this administrator gives a second factor, or makes one; none where it is given or nobody asks for it."""
    if not settings.ADMIN_SECOND_FACTOR or was_given(request):
        return None
    kinds = set(Authenticator.objects.filter(user=request.user.pk).values_list("type", flat=True))
    for kind, page in _PAGES.items():
        if kind in kinds:
            return f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}"
    return reverse("mfa_index")


def was_given(request: HttpRequest) -> bool:
    """In this very session, by a code, a recovery code or a passkey; a passkey alone logs in, and is enough."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
