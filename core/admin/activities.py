"""The admin of the log of edits: to be read."""

from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import Activity


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("at", "user", "action", "kind", "label", "actor", "via", "key_name")
    list_filter = ("action", "via", "kind")
    list_select_related = ("user", "actor")
    search_fields = ("=user__email", "=object_id", "=request_id")
    ordering = ("-id",)
    fields = (
        "at", "user", "action", "kind", "object_id", "label", "before", "after", "actor", "via", "key_name",
        "request_id",
    )  # fmt: skip
