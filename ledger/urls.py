"""Addresses of everyday money below /api/v1/."""

from django.urls import path

from ledger.apis.budgets import BudgetApi, BudgetsApi
from ledger.apis.rules import RuleApi, RulesApi
from ledger.apis.terms import TermsApi, TermsListApi

urlpatterns = [
    path("budgets/", BudgetsApi.as_view()),
    path("budgets/<int:pk>/", BudgetApi.as_view()),
    path("rules/", RulesApi.as_view()),
    path("rules/<int:pk>/", RuleApi.as_view()),
    path("terms/", TermsListApi.as_view()),
    path("terms/<int:pk>/", TermsApi.as_view()),
]
