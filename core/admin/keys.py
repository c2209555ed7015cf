"""The admin of keys to the API, and of what repeated requests were answered."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.base import ReadOnlyAdmin, ServiceAdmin, adopt
from core.errors import InvalidInput
from core.models import ApiToken, IdempotencyKey


@admin.register(ApiToken)
class ApiTokenAdmin(ServiceAdmin):
    """The key itself is shown once, in the message after it was made."""

    list_display = ("name", "user", "access", "prefix", "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("name", "=prefix", "user__email")
    ordering = ("-id",)
    autocomplete_fields = ("user",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        made = () if obj is None else ("prefix", "created_at", "last_used_at")
        return ("user", "name", "access", "expires_at", *made)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user", "prefix", "created_at", "last_used_at")

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name", "access", "expires_at"])
            return
        if obj.user.is_superuser and not getattr(request.user, "is_superuser", False):
            raise InvalidInput("Only a superuser can make a key of a superuser.", attr="user")
        token, key = ApiToken.issue(obj.user, obj.name, access=obj.access, expires_at=obj.expires_at)
        adopt(obj, token)
        obj.prefix = token.prefix
        self.message_user(request, f"The key, which is never shown again: {key}", messages.WARNING)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ("key", "user", "status", "created_at")
    list_filter = ("status",)
    list_select_related = ("user",)
    search_fields = ("=key", "=user__email")
    ordering = ("-id",)
    fields = ("key", "user", "status", "created_at", "answer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdempotencyKey]:
        return super().get_queryset(request).defer("body")

    @admin.display(description="answer")
    def answer(self, obj: IdempotencyKey) -> str:
        text = bytes(obj.body).decode(errors="replace")
        return text if len(text) <= 2000 else f"{text[:2000]} … ({len(obj.body):,} bytes in all)"
