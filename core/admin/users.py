"""The admin of people, who log in by e-mail."""

from collections.abc import Collection
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as UserAdminByUsername
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.db.models import CASCADE, QuerySet
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm
from core.erasure import person_erase
from core.errors import Conflict
from core.locks import everyone_lock
from core.models import User
from core.people.addresses import address_vouch


class _PersonForm(ServiceForm):
    """E-mail addresses differ by more than case, and a time zone is chosen from a list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            zones = [(name, name) for name in sorted(available_timezones())]
            self.fields["timezone"] = forms.ChoiceField(choices=zones)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class PersonCreationForm(_PersonForm, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


class PersonChangeForm(_PersonForm, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class UserAdmin(ServiceAdmin, UserAdminByUsername):
    """Deleting a person erases them with all that is theirs, as they could themselves."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "name", "base_currency", "timezone", "is_active", "is_staff", "is_demo", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "risk_appetite", "is_demo")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("is_demo", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        ("Money", {"fields": ("base_currency", "timezone", "risk_appetite", "preferences")}),
        (
            "Permissions",
            {
                "classes": ("collapse",),
                "fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions"),
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined", "is_demo")}),
    )
    add_fieldsets: Any = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "base_currency", "timezone", "usable_password", "password1", "password2"),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """An administrator vouches for the address."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            address_vouch(obj)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """With how many rows of each kind go with them."""
        named, counts, forbidden, obstacles = super().get_deleted_objects(objs, request)
        for relation in User._meta.related_objects:
            if relation.on_delete is CASCADE:
                rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": objs}).order_by()
                counts[str(rows.model._meta.verbose_name_plural)] = rows.count()
        return named, {name: count for name, count in counts.items() if count}, forbidden, obstacles

    def delete_obstacles(self, objs: Collection[Any]) -> list[str]:
        """None: what is theirs goes with them."""
        return []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        if obj.pk == request.user.pk:
            raise Conflict("You would end your own session here; erase yourself by DELETE /api/v1/me/.", code="self")
        person_erase(user=obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Each lock comes at its place in the order: those of a person before those of the next would not."""
        everyone_lock()
        super().delete_queryset(request, queryset.order_by("pk"))
