"""The addresses of the project, and beside them the textbook's graph and dashboard and the floor of any graph."""

from django.urls import include, path

from benchmarks.graph_floor import graph_floor
from benchmarks.textbook.api import NetWorthApi, NetWorthByHandApi
from benchmarks.textbook.dashboard_api import DashboardApi

urlpatterns = [
    path("textbook/net-worth/", NetWorthApi.as_view()),
    path("textbook/net-worth-by-hand/", NetWorthByHandApi.as_view()),
    path("textbook/dashboard/<str:name>/", DashboardApi.as_view()),
    path("floor/net-worth/<int:user_id>/<int:size>/", graph_floor),
    path("", include("pandaledger.urls")),
]
