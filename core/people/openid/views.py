"""The way to the provider and back."""

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse

from core.people.openid.exchange import OpenIDExchange


class CallbackView(OAuth2CallbackView):
    adapter: OpenIDExchange
    state: dict[str, Any] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        except (OAuth2Error, IntegrityError) as error:  # before it is asked for a token; by another window just now
            more = {"state": self.state}
            provider = self.adapter.get_provider()
            answer = render_authentication_error(request, provider, exception=error, extra_context=more)
        return answer

    def _get_state(self, request: HttpRequest, provider: Provider) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        self.state, refusal = super()._get_state(request, provider)
        self.adapter.nonce = (self.state or {}).get("nonce", "")
        return self.state, refusal


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answered(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answered(CallbackView, request, provider_id)


def _answered(
    view: type[OAuth2LoginView] | type[OAuth2CallbackView], request: HttpRequest, provider_id: str
) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(OpenIDExchange(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return answer
