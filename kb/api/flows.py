"""REST: decision trees, to read."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cs_platform.api.router import router
from cs_platform.api.views import ApiViewSet, ListRows, RetrieveRow
from kb.api.entries import LinesField
from kb.flow_outline_text import write_outline
from kb.models import Flow, FlowRun
from kb.models.entry import lines
from kb.services.flows import tree_of_version


class FlowSerializer(serializers.ModelSerializer[Flow]):
    phrasings = LinesField(read_only=True, help_text=_("What customers say that begins it."))
    version = serializers.IntegerField(
        source="live.number", read_only=True, allow_null=True, default=None, help_text=_("Of what is published.")
    )
    outline = serializers.SerializerMethodField(help_text="The published steps as an outline; empty without any.")
    walks = serializers.SerializerMethodField(help_text="How many began, and how they ended.")

    class Meta:
        model = Flow
        fields = (
            *("id", "name", "description", "phrasings", "intent", "category", "status", "is_sample", "version"),
            *("outline", "walks", "created_at", "updated_at"),
        )

    def get_outline(self, flow: Flow) -> str:
        if flow.live_id is None:
            return ""
        return write_outline(tree_of_version(flow.live_id), phrasings=lines(flow.phrasings))

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_walks(self, flow: Any) -> dict[str, int]:
        return {"begun": flow.begun, **{outcome.value: getattr(flow, outcome.value) for outcome in FlowRun.Outcome}}


class FlowViewSet(ListRows, RetrieveRow, ApiViewSet):
    """Decision trees: processes that the AI walks with customers. They are written in the back office."""

    scope = "knowledge"
    scope_title = _("Knowledge")
    queryset = Flow.objects.select_related("live").annotate(
        begun=Count("runs"),
        **{outcome.value: Count("runs", filter=Q(runs__outcome=outcome)) for outcome in FlowRun.Outcome},
    )
    serializer_class = FlowSerializer
    filterset_fields = ("status", "intent", "is_sample")


router.register("knowledge/flows", FlowViewSet)
