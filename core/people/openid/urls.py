"""Where the log-in at the provider begins and where the provider sends people back to."""

from django.urls import path

from core.people.openid import views

urlpatterns = [
    path("oidc/<str:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
