"""/categories/: what money is spent on and where it comes from."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.models import User
from core.serializers import Serializer
from ledger.apis.entry_fields import IdField, Paths
from ledger.models import Category
from ledger.selectors import categories_of, category_named
from ledger.services.categories import LONGEST_NAME, category_create, category_update
from ledger.services.category_moves import category_delete


class OwnPathField(serializers.CharField):
    def get_attribute(self, instance: Category) -> str:
        return str(self.context["paths"][instance.pk])


class CategorySerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=LONGEST_NAME)
    parent = IdField(
        source="parent_id",
        required=False,
        allow_null=True,
        help_text="The id of the category above it; null at the top.",
    )  # type: ignore[assignment]
    kind = serializers.ChoiceField(
        choices=Category.Kind.choices, required=False, help_text="Else that of the parent, or `expense`. It stays."
    )
    path = OwnPathField(read_only=True, help_text="The names from the top on: `Food:Coffee`.")


class MoveSerializer(Serializer):
    move_to = IdField(required=False, help_text="The category that takes all that uses this one.")


# A comment, since a docstring would describe each endpoint of the schema that has none of its own.
class CategoryView(generics.GenericAPIView[Category]):
    serializer_class = CategorySerializer

    def get_queryset(self) -> QuerySet[Category]:
        return categories_of(person_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "paths": Paths(person_of(self.request).pk)}


class CategoriesApi(IdempotentPostMixin, CategoryView, generics.ListCreateAPIView[Category]):
    """A tree of names of your own; an entry that names a new path makes its categories."""

    ordering_fields = ("name",)
    filterset_fields = ("kind",)

    def perform_create(self, serializer: BaseSerializer[Category]) -> None:
        person = person_of(self.request)
        serializer.instance = category_create(user=person, **_fields(person, serializer.validated_data))


class CategoryApi(CategoryView, generics.RetrieveUpdateDestroyAPIView[Category]):
    """What is below a category moves with it."""

    def perform_update(self, serializer: BaseSerializer[Category]) -> None:
        row = cast(Category, serializer.instance)
        person = person_of(self.request)
        changes = _fields(person, serializer.validated_data)
        serializer.instance = category_update(category=row, changes=changes)
        serializer.context.update(paths=Paths(person.pk))  # type: ignore[attr-defined]  # the old ones may have been compared with what was sent

    @extend_schema(parameters=[MoveSerializer])
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Refused while entries, budgets, rules, schedules or categories below use it, unless these go elsewhere."""
        category_delete(category=self.get_object(), move_to=_target(request))
        return Response(status=204)


def _fields(user: User, data: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in data.items() if name != "parent_id"}
    if "parent_id" in data:
        pk = data["parent_id"]
        fields["parent"] = None if pk is None else category_named(user.pk, pk, attr="parent")
    return fields


def _target(request: Request) -> Category | None:
    asked = MoveSerializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    pk = asked.validated_data.get("move_to")
    return None if pk is None else category_named(person_of(request).pk, pk, attr="move_to")
