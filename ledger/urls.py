"""Addresses of everyday money below /api/v1/."""

from django.urls import path

from ledger.apis.terms import TermsApi, TermsListApi

urlpatterns = [
    path("terms/", TermsListApi.as_view()),
    path("terms/<int:pk>/", TermsApi.as_view()),
]
