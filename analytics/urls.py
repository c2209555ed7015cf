"""Addresses of the analytics below /api/v1/."""

from django.urls import path

from analytics.apis.net_worth import NetWorthApi
from analytics.apis.status import StatusApi
from analytics.apis.summary import SummaryApi

urlpatterns = [
    path("analytics/net-worth/", NetWorthApi.as_view()),
    path("analytics/summary/", SummaryApi.as_view()),
    path("analytics/status/", StatusApi.as_view()),
]
