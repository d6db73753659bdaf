"""REST: pending knowledge."""

from typing import cast

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.router import router
from cs_platform.api.views import ListRows, RetrieveRow
from cs_platform.models import User
from kb.api.gate import GatedViewSet
from kb.models import Gap, GapQuestion
from kb.services.gaps import draft_entry, ignore_gaps, reopen_gaps

QUESTIONS_MAX = 200


class GapSerializer(serializers.ModelSerializer[Gap]):
    class Meta:
        model = Gap
        fields = (
            *("id", "question", "status", "count", "weight", "category", "entry"),
            *("first_asked_at", "last_asked_at", "resolved_at", "reopened_at"),
        )


class GapQuestionSerializer(serializers.ModelSerializer[GapQuestion]):
    conversation = serializers.IntegerField(
        source="conversation_number", allow_null=True, read_only=True, help_text=_("The id of where it was asked.")
    )

    class Meta:
        model = GapQuestion
        fields = ("id", "text", "source", "conversation", "answer", "entry", "weight", "asked_at")


class GapFilter(django_filters.FilterSet):
    asked_after = django_filters.IsoDateTimeFilter("last_asked_at", "gte")
    source = django_filters.ChoiceFilter(choices=GapQuestion.Source.choices, method="by_source")

    class Meta:
        model = Gap
        fields = ("status", "category", "entry")

    def by_source(self, rows: QuerySet[Gap], name: str, value: str) -> QuerySet[Gap]:
        return rows.filter(pk__in=GapQuestion.objects.filter(source=value).values("gap"))


class GapViewSet(ListRows, RetrieveRow, GatedViewSet):
    """Pending knowledge: what customers asked in vain, grouped by meaning, the most urgent first."""

    scope = "pending"
    scope_title = _("Pending knowledge")
    is_personal = True
    queryset = Gap.objects.all()
    serializer_class = GapSerializer
    filterset_class = GapFilter
    ordering = ("-weight", "-id")

    @extend_schema(responses=GapQuestionSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def questions(self, request: Request, pk: str) -> Response:
        """Every time that it was asked, the latest first (at most 200)."""
        return Response(GapQuestionSerializer(self.get_object().questions.all()[:QUESTIONS_MAX], many=True).data)

    @extend_schema(request=None, responses=GapSerializer)
    @action(detail=True, methods=["post"])
    def draft(self, request: Request, pk: str) -> Response:
        """Make a draft of it; `entry` in the reply is its number."""
        gap = self.get_object()
        draft_entry(gap, by=cast(User, request.user))
        return Response(self.show(self.get_object()))

    @extend_schema(request=None, responses=GapSerializer)
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: str) -> Response:
        """Take it off the list, with everything that means the same."""
        ignore_gaps([self.get_object()])
        return Response(self.show(self.get_object()))

    @extend_schema(request=None, responses=GapSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Put it back on the list."""
        reopen_gaps([self.get_object()])
        return Response(self.show(self.get_object()))


router.register("knowledge/pending", GapViewSet)
