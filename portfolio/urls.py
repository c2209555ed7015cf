"""Addresses of assets, prices, corporate actions and transactions below /api/v1/."""

from django.urls import path

from portfolio.apis.actions import ActionApi, ActionsApi
from portfolio.apis.assets import AssetApi, AssetsApi
from portfolio.apis.benchmarks import BenchmarkApi, BenchmarksApi
from portfolio.apis.choices import ChooseApi
from portfolio.apis.closes import ClosesApi
from portfolio.apis.dividends import DividendDismissApi, DividendRecordApi, DividendsApi
from portfolio.apis.imports import ImportsApi
from portfolio.apis.market import MarketApi
from portfolio.apis.plans import InstalmentRetryApi, InstalmentsApi, PlanApi, PlansApi, PlanSkipApi
from portfolio.apis.quarantine import QuarantineAcceptApi, QuarantineRejectApi, QuarantinesApi
from portfolio.apis.transactions import TransactionApi, TransactionsApi, TransactionsBulkApi

urlpatterns = [
    path("assets/", AssetsApi.as_view()),
    path("assets/choose/", ChooseApi.as_view()),
    path("assets/<int:pk>/", AssetApi.as_view()),
    path("assets/<int:pk>/prices/", ClosesApi.as_view()),
    path("benchmarks/", BenchmarksApi.as_view()),
    path("benchmarks/<int:pk>/", BenchmarkApi.as_view()),
    path("corporate-actions/", ActionsApi.as_view()),
    path("corporate-actions/<int:pk>/", ActionApi.as_view()),
    path("dividends/", DividendsApi.as_view()),
    path("dividends/<int:pk>/record/", DividendRecordApi.as_view()),
    path("dividends/<int:pk>/dismiss/", DividendDismissApi.as_view()),
    path("imports/", ImportsApi.as_view()),
    path("market/", MarketApi.as_view()),
    path("plans/", PlansApi.as_view()),
    path("plans/<int:pk>/", PlanApi.as_view()),
    path("plans/<int:pk>/instalments/", InstalmentsApi.as_view()),
    path("plans/<int:plan>/instalments/<int:pk>/retry/", InstalmentRetryApi.as_view()),
    path("plans/<int:pk>/skip/", PlanSkipApi.as_view()),
    path("quarantine/", QuarantinesApi.as_view()),
    path("quarantine/<int:pk>/accept/", QuarantineAcceptApi.as_view()),
    path("quarantine/<int:pk>/reject/", QuarantineRejectApi.as_view()),
    path("transactions/", TransactionsApi.as_view()),
    path("transactions/bulk/", TransactionsBulkApi.as_view()),
    path("transactions/<int:pk>/", TransactionApi.as_view()),
]
