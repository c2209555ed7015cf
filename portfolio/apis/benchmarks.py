"""/benchmarks/: what a person compares with, and the usual indices."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.serializers import Serializer, described
from portfolio.apis.queries import assets_in
from portfolio.benchmarks import benchmark_default, benchmarks_of, indices_offered
from portfolio.models import Asset, Benchmark
from portfolio.services.benchmarks import benchmark_choose, benchmark_drop


class ComparedAssetSerializer(serializers.ModelSerializer[Asset]):
    class Meta:
        model = Asset
        fields = ("id", "symbol", "name", "asset_class", "currency", "prices_from", "prices_to")
        read_only_fields = fields
        extra_kwargs = described(
            prices_from="The day of its first close; null where there is none.",
            prices_to="The day of its last close; null where there is none.",
        )


class BenchmarkSerializer(serializers.ModelSerializer[Benchmark]):
    asset = ComparedAssetSerializer(read_only=True, help_text="What is compared with.")

    class Meta:
        model = Benchmark
        fields = ("id", "asset", "created_at")
        read_only_fields = fields
        extra_kwargs = described(created_at="When it was chosen.")


class OfferedSerializer(ComparedAssetSerializer):
    is_chosen = serializers.SerializerMethodField(help_text="Whether you chose it already.")

    class Meta(ComparedAssetSerializer.Meta):
        fields = (*ComparedAssetSerializer.Meta.fields, "is_chosen")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    def get_is_chosen(self, asset: Asset) -> bool:
        return asset.pk in self.context["chosen"]


class BenchmarksApi(IdempotentPostMixin, APIView):
    @extend_schema_serializer(component_name="BenchmarkChoice")
    class InputSerializer(Serializer):
        asset = serializers.PrimaryKeyRelatedField(
            queryset=Asset.objects.none(), help_text="The id of any asset that you see."
        )

        def get_fields(self) -> dict[str, Any]:
            fields: dict[str, Any] = super().get_fields()
            fields["asset"].queryset = assets_in(self.context.get("request"))
            return fields

    @extend_schema_serializer(component_name="Benchmarks")
    class OutputSerializer(serializers.Serializer[Any]):
        results = BenchmarkSerializer(many=True, help_text="What you chose, in that order.")
        offered = OfferedSerializer(many=True, help_text="The usual indices that the catalogue has.")
        default = ComparedAssetSerializer(allow_null=True, help_text="What is compared with where nothing is asked.")

    @extend_schema(summary="List benchmarks", operation_id="benchmarks_list", responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        """What you chose, the usual indices, and which is compared with where nothing is asked: your oldest choice."""
        person = person_of(request)
        chosen = list(benchmarks_of(person))
        answer = {"results": chosen, "offered": indices_offered(), "default": benchmark_default(person)}
        context = {"chosen": {row.asset_id for row in chosen}}
        return Response(self.OutputSerializer(answer, context=context).data)

    @extend_schema(
        summary="Choose a benchmark",
        request=InputSerializer,
        responses={200: BenchmarkSerializer, 201: BenchmarkSerializer},
    )
    def post(self, request: Request) -> Response:
        """Any asset can be compared with; its closes come by themselves. What was chosen before stays so (200)."""
        choice = self.InputSerializer(data=request.data, context={"request": request})
        choice.is_valid(raise_exception=True)
        chosen, is_new = benchmark_choose(user=person_of(request), **choice.validated_data)
        return Response(BenchmarkSerializer(chosen).data, status=201 if is_new else 200)


class BenchmarkApi(generics.DestroyAPIView[Benchmark]):
    """The asset and its closes stay; it is only no longer compared with."""

    serializer_class = BenchmarkSerializer

    def get_queryset(self) -> QuerySet[Benchmark]:
        return benchmarks_of(person_of(self.request))

    def perform_destroy(self, instance: Benchmark) -> None:
        benchmark_drop(benchmark=instance)
