"""A resource and its addresses, made by the recipe, on which the API's floor is tested."""

from typing import Any

from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.router import ApiRouter
from cs_platform.api.views import ApiViewSet, CreateRow, DeleteRow, ListRows, RetrieveRow, UpdateRow
from cs_platform.audit import record
from cs_platform.models import AuditEntry, Heartbeat
from cs_platform.urls import urlpatterns as product


class SampleSerializer(serializers.ModelSerializer[AuditEntry]):
    class Meta:
        model = AuditEntry
        fields = ("id", "action", "actor_name")


class SampleInput(serializers.Serializer[Any]):
    action = serializers.CharField(max_length=40)
    more = serializers.JSONField(required=False)


class SampleViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, DeleteRow, ApiViewSet):
    """Samples."""

    scope = "samples"
    queryset = AuditEntry.objects.all()
    serializer_class = SampleSerializer
    input_class = SampleInput
    filterset_fields = ("action",)

    def create_row(self, values: Any) -> AuditEntry:
        if values["action"] == "clash":
            Heartbeat.objects.bulk_create([Heartbeat(name="same"), Heartbeat(name="same")])
        row = record(values["action"], by=self.request.user)
        if values["action"] == "break":
            raise RuntimeError("secret detail")
        return row

    def update_row(self, row: AuditEntry, values: Any) -> AuditEntry:
        row.action = values.get("action", row.action)
        row.save(update_fields=["action"])
        return row

    def delete_row(self, row: AuditEntry) -> None:
        row.delete()

    @action(detail=True, methods=["post"])
    def shout(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        return Response({"action": row.action.upper()})


router = ApiRouter()
router.register("samples", SampleViewSet)
urlpatterns = [path("api/v1/", include(router.urls)), *product]
