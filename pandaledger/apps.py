"""Django's admin with the site of `admin_site`."""

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "pandaledger.admin_site.Site"
