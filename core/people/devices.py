"""Known devices: a browser or an app in which a person has logged in before proves it by a signed cookie or header.

Whoever guesses passwords from elsewhere locks strangers out of the account, and not the owner's own devices.
"""

import hmac
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.core.internal.httpkit import is_headless_request
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from core.models import User

COOKIE, HEADER = "known_devices", "X-Known-Device"
LIFETIME = 365 * 24 * 3600
MOST_IN_COOKIE = 5
"""A family's browser; who has not logged in for the longest time goes first."""
BY_RESET = "reset"
"""The device of whoever follows a mailed link, one for all of them: who reads the mail gets no new tries by each."""
_MARK = "known_device_to_set"


@dataclass(frozen=True, slots=True)
class Device:
    user_id: int
    name: str
    proof: str

    def __str__(self) -> str:
        return f"{self.user_id}.{self.name}.{self.proof}"


class KnownDeviceMiddleware:
    """Hands out what a log-in in this request has earned; an app gets a header, since it keeps no cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        device: Device | None = vars(request).get(_MARK)
        if device is not None:
            _hand_out(device, request, response)
        return response


def device_of(request: HttpRequest, email: str) -> Device | None:
    """The device from which this request comes, if the person with this address has logged in there before."""
    shown = {device.user_id: device for device in _shown(request)}
    if not shown:
        return None
    for user in User.objects.filter(pk__in=shown):
        if email in addresses_of(user) and _is_genuine(shown[user.pk], user):
            return shown[user.pk]
    return None


def device_of_person(request: HttpRequest, user: User) -> Device | None:
    return next((device for device in _shown(request) if device.user_id == user.pk and _is_genuine(device, user)), None)


def device_remember(request: HttpRequest, user: User, *, name: str | None = None) -> None:
    """From the answer to this request on, this device is known for that person, until their password changes."""
    if name is None:
        before = device_of_person(request, user)
        is_own = before is not None and before.name != BY_RESET
        name = before.name if before is not None and is_own else secrets.token_urlsafe(9)
    vars(request)[_MARK] = Device(user.pk, name, _proof(user, name))


def addresses_of(user: User) -> set[str]:
    """That are theirs. One that they only say is theirs may be somebody else's, whose password they would guess."""
    verified = EmailAddress.objects.filter(user=user, verified=True)
    return {user.email, *verified.values_list("email", flat=True)}


def _hand_out(device: Device, request: HttpRequest, response: HttpResponse) -> None:
    if is_headless_request(request) == "app":
        response[HEADER] = str(device)
        return
    others = [other for other in _shown(request) if other.user_id != device.user_id]
    response.set_cookie(
        COOKIE,
        "~".join(map(str, [device, *others][:MOST_IN_COOKIE])),
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _shown(request: HttpRequest) -> Iterator[Device]:
    """What the request claims; nothing of it is proved yet."""
    texts = [request.headers.get(HEADER, ""), *request.COOKIES.get(COOKIE, "").split("~")]
    for text in texts[: MOST_IN_COOKIE + 1]:
        user_id, _, rest = text.partition(".")
        name, _, proof = rest.partition(".")
        if user_id.isascii() and user_id.isdigit() and len(user_id) <= 18 and name and proof.isascii():
            yield Device(int(user_id), name, proof)


def _is_genuine(device: Device, user: User) -> bool:
    return hmac.compare_digest(device.proof, _proof(user, device.name))


def _proof(user: User, name: str) -> str:
    value = f"{user.pk}.{name}.{user.password}"
    return salted_hmac("core.people.devices", value, algorithm="sha256").hexdigest()
