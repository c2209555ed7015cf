"""Addresses of the analytics below /api/v1/."""

from django.urls import path

from analytics.apis.allocation import AllocationApi
from analytics.apis.balances import BalanceApi, BalancesApi
from analytics.apis.contribution import ContributionApi
from analytics.apis.definitions import DefinitionsApi
from analytics.apis.gains import GainsApi
from analytics.apis.health import HealthApi
from analytics.apis.holdings import HoldingApi, HoldingsApi
from analytics.apis.income import IncomeApi
from analytics.apis.ledger_stats import LedgerStatsApi
from analytics.apis.net_worth import NetWorthApi
from analytics.apis.performance import PerformanceApi
from analytics.apis.projection import ProjectionApi
from analytics.apis.rebalancing import RebalancingApi
from analytics.apis.risk import RiskApi
from analytics.apis.schedule import ScheduleApi
from analytics.apis.standing import StandingApi
from analytics.apis.status import StatusApi
from analytics.apis.summary import SummaryApi
from analytics.apis.targets import TargetsApi

urlpatterns = [
    path("accounts/<int:pk>/schedule/", ScheduleApi.as_view()),
    path("balances/", BalancesApi.as_view()),
    path("balances/<int:pk>/", BalanceApi.as_view()),
    path("holdings/", HoldingsApi.as_view()),
    path("holdings/<int:asset_id>/", HoldingApi.as_view()),
    path("ledger/stats/", LedgerStatsApi.as_view()),
    path("analytics/gains/", GainsApi.as_view()),
    path("analytics/net-worth/", NetWorthApi.as_view()),
    path("analytics/summary/", SummaryApi.as_view()),
    path("analytics/performance/", PerformanceApi.as_view()),
    path("analytics/allocation/", AllocationApi.as_view()),
    path("analytics/balances/", StandingApi.as_view()),
    path("analytics/contribution/", ContributionApi.as_view()),
    path("analytics/health/", HealthApi.as_view()),
    path("analytics/income/", IncomeApi.as_view()),
    path("analytics/definitions/", DefinitionsApi.as_view()),
    path("analytics/rebalancing/", RebalancingApi.as_view()),
    path("analytics/targets/", TargetsApi.as_view()),
    path("analytics/projection/", ProjectionApi.as_view()),
    path("analytics/risk/", RiskApi.as_view()),
    path("analytics/status/", StatusApi.as_view()),
]
