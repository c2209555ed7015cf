"""Addresses of everyday money below /api/v1/."""

from django.urls import path

from ledger.apis.bank_imports import BankImportApi, BankImportColumnsApi, BankImportsApi, BankImportUndoApi
from ledger.apis.budgets import BudgetApi, BudgetsApi
from ledger.apis.categories import CategoriesApi, CategoryApi
from ledger.apis.entries import EntriesApi, EntryApi, EntryRestoreApi
from ledger.apis.entries_bulk import EntriesBulkApi, EntriesBulkDeleteApi, EntriesBulkRestoreApi
from ledger.apis.recurring import RecurringApi, RecurringsApi, RecurringSkipApi
from ledger.apis.rule_runs import RulesApplyApi, RulesTryApi
from ledger.apis.rules import RuleApi, RulesApi
from ledger.apis.terms import TermsApi, TermsListApi

urlpatterns = [
    path("bank-imports/", BankImportsApi.as_view()),
    path("bank-imports/columns/", BankImportColumnsApi.as_view()),
    path("bank-imports/<int:pk>/", BankImportApi.as_view()),
    path("bank-imports/<int:pk>/undo/", BankImportUndoApi.as_view()),
    path("budgets/", BudgetsApi.as_view()),
    path("budgets/<int:pk>/", BudgetApi.as_view()),
    path("categories/", CategoriesApi.as_view()),
    path("categories/<int:pk>/", CategoryApi.as_view()),
    path("entries/", EntriesApi.as_view()),
    path("entries/bulk/", EntriesBulkApi.as_view()),
    path("entries/bulk/delete/", EntriesBulkDeleteApi.as_view()),
    path("entries/bulk/restore/", EntriesBulkRestoreApi.as_view()),
    path("entries/<int:pk>/", EntryApi.as_view()),
    path("entries/<int:pk>/restore/", EntryRestoreApi.as_view()),
    path("recurring/", RecurringsApi.as_view()),
    path("recurring/<int:pk>/", RecurringApi.as_view()),
    path("recurring/<int:pk>/skip/", RecurringSkipApi.as_view()),
    path("rules/", RulesApi.as_view()),
    path("rules/apply/", RulesApplyApi.as_view()),
    path("rules/try/", RulesTryApi.as_view()),
    path("rules/<int:pk>/", RuleApi.as_view()),
    path("terms/", TermsListApi.as_view()),
    path("terms/<int:pk>/", TermsApi.as_view()),
]
