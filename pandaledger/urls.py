"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from core.error_views import unknown_address
from core.operations_views import live, prometheus, ready
from core.schema_view import SchemaApi
from pandaledger.home import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz/live", live),
    path("healthz/ready", ready),
    path("metrics", prometheus),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    re_path(r"^_allauth/(?:app|browser)/v1/(?:account|auth)/phone", unknown_address),  # nobody gives a number here
    path("_allauth/", include("allauth.headless.urls")),
    path("api/schema/", SchemaApi.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include("core.urls")),
    path("api/v1/", include("portfolio.urls")),
    path("api/v1/", include("ledger.urls")),
    path("api/v1/", include("analytics.urls")),
    re_path(r"^api/", unknown_address),
]

handler400 = "core.error_views.bad_request"
handler403 = "core.error_views.permission_denied"
handler404 = "core.error_views.page_not_found"
handler500 = "core.error_views.server_error"
