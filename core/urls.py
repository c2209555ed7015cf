"""Addresses of people, keys and accounts below /api/v1/."""

from django.urls import path

from core.apis.accounts import AccountApi, AccountsApi
from core.apis.activity import ActivitiesApi
from core.apis.archive import ArchiveImportsApi, ExportsApi
from core.apis.me import MeApi
from core.apis.tokens import TokenApi, TokensApi

urlpatterns = [
    path("me/", MeApi.as_view()),
    path("exports/", ExportsApi.as_view()),
    path("imports/archive/", ArchiveImportsApi.as_view()),
    path("tokens/", TokensApi.as_view()),
    path("tokens/<int:pk>/", TokenApi.as_view()),
    path("activity/", ActivitiesApi.as_view()),
    path("accounts/", AccountsApi.as_view()),
    path("accounts/<int:pk>/", AccountApi.as_view()),
]
