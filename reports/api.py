"""REST: the figures of the board, of channels and agents, the weekly report, and the episodes behind every figure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.router import router
from cs_platform.api.views import ApiViewSet, ListRows, RetrieveRow
from cs_platform.models import User
from reports import metrics
from reports.figures import FIGURES, RATES
from reports.hours import moment_of
from reports.models import Episode, WeeklyReport
from reports.performance import Work, read_work
from reports.scope import PARAMETERS, read_scope, rows_of
from reports.totals import Totals, by_channel, by_hour
from reports.waits import first_waits, quantile
from routing.models import Channel

SCOPE = "reports"
PERIOD = [
    OpenApiParameter("start", OpenApiTypes.DATE, description="First day, of the shop's clock; default: 30 days ago."),
    OpenApiParameter("end", OpenApiTypes.DATE, description="Last day; default: today."),
    OpenApiParameter("channel", OpenApiTypes.INT, description="The id of a channel."),
    OpenApiParameter("category", OpenApiTypes.INT, description="The id of a category, with all below it; 0: without."),
    OpenApiParameter("days", OpenApiTypes.STR, enum=["weekday", "weekend"], description="Only these days."),
]
FIGURE = OpenApiParameter(
    "figure", OpenApiTypes.STR, enum=sorted(FIGURES), description="Only the episodes that this figure counts."
)


class CountsField(serializers.DictField):
    """Figures by their key; what each one counts stands beside it in the back office."""

    child = serializers.IntegerField()


class RatesField(serializers.DictField):
    """Shares between 0 and 1 by their key; null where there is nothing to divide by."""

    child = serializers.FloatField(allow_null=True)


class ResponseSecondsSerializer(serializers.Serializer):
    all = serializers.FloatField(allow_null=True)
    ai = serializers.FloatField(allow_null=True)
    person = serializers.FloatField(allow_null=True)
    first_person_p50 = serializers.FloatField(allow_null=True)
    first_person_p90 = serializers.FloatField(allow_null=True)


class HourSerializer(serializers.Serializer):
    start = serializers.DateTimeField()
    figures = CountsField()


class BoardSerializer(serializers.Serializer):
    start = serializers.DateField()
    end = serializers.DateField()
    figures = CountsField()
    rates = RatesField()
    outcomes = CountsField(help_text=_("What became of the AI's conversations: these add up to figures.ai_cohort."))
    response_seconds = ResponseSecondsSerializer()
    hours = HourSerializer(many=True, help_text=_("Every hour in which something happened."))


class ChannelFiguresSerializer(serializers.Serializer):
    channel = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    figures = CountsField()
    rates = RatesField()
    order_count = serializers.IntegerField()
    order_amount = serializers.IntegerField(help_text=_("In fen."))


class AgentFiguresSerializer(serializers.Serializer):
    agent = serializers.IntegerField()
    name = serializers.CharField()
    chats = serializers.IntegerField()
    replies = serializers.IntegerField()
    turns = serializers.IntegerField(help_text=_("Replies to a waiting customer."))
    turns_30s = serializers.IntegerField()
    turns_180s = serializers.IntegerField()
    handle_seconds = serializers.IntegerField()
    first_response_p50 = serializers.FloatField(allow_null=True)
    first_response_p90 = serializers.FloatField(allow_null=True)
    rated = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    proposed = serializers.IntegerField()
    approved = serializers.IntegerField()
    tickets = serializers.IntegerField()
    suggested = serializers.IntegerField(help_text=_("Moments at which replies were recommended."))
    adopted = serializers.IntegerField()


class WeeklyReportSerializer(serializers.ModelSerializer[WeeklyReport]):
    content = serializers.SerializerMethodField(help_text=_("The sections of the report; without customers' comments."))

    class Meta:
        model = WeeklyReport
        fields = ("id", "week", "start", "end", "content", "created_at")

    def get_content(self, report: WeeklyReport) -> dict[str, Any]:
        ratings = [{key: value for key, value in one.items() if key != "comment"} for one in report.content["ratings"]]
        return {**report.content, "ratings": ratings}


class EpisodeSerializer(serializers.ModelSerializer[Episode]):
    class Meta:
        model = Episode
        fields = (
            *("id", "conversation", "customer", "channel", "category", "agent", "level", "origin", "intent"),
            *(
                "opened_at",
                "first_customer_at",
                "first_ai_at",
                "handoff_at",
                "handoff_reason",
                "queued_at",
                "joined_at",
            ),
            *("first_human_at", "ticket_at", "closed_at", "close_reason", "next_customer_at", "customer_messages"),
            *("ai_messages", "agent_messages", "ai_answers", "ai_clarifies", "ai_unknowns", "ai_turns", "ai_wait_ms"),
            *("human_turns", "human_wait_ms", "handle_seconds", "rating", "lead_at", "order_count", "order_amount"),
        )


class FiguresViewSet(ApiViewSet):
    """Figures without rows of their own."""

    scope = SCOPE
    scope_title = _("Reports")
    filter_backends = ()
    pagination_class = None


class BoardViewSet(FiguresViewSet):
    """The board: figures, rates, outcomes and response times of a period, in all and by hour."""

    serializer_class = BoardSerializer

    @extend_schema(parameters=PERIOD, responses=BoardSerializer)
    def list(self, request: Request) -> Response:
        now = timezone.now()
        scope = read_scope(request.query_params.dict(), now)
        hours = by_hour(scope, now)
        totals, waits = Totals.added(hours.values()), first_waits(scope)
        return Response(
            {
                "start": scope.start,
                "end": scope.end,
                "figures": counts(totals),
                "rates": rates(totals),
                "outcomes": {figure.key: totals[figure.key] for figure in metrics.OUTCOMES},
                "response_seconds": {
                    "all": totals.response_seconds,
                    "ai": totals.ai_seconds,
                    "person": totals.human_seconds,
                    "first_person_p50": quantile(waits, 0.5),
                    "first_person_p90": quantile(waits, 0.9),
                },
                "hours": [{"start": moment_of(hour), "figures": counts(hours[hour])} for hour in sorted(hours)],
            }
        )


class ChannelFiguresViewSet(FiguresViewSet):
    """What each channel brought in a period."""

    serializer_class = ChannelFiguresSerializer

    @extend_schema(parameters=PERIOD, responses=ChannelFiguresSerializer(many=True))
    def list(self, request: Request) -> Response:
        now = timezone.now()
        found = by_channel(read_scope(request.query_params.dict(), now), now)
        return Response([_channel(channel, found[channel.pk]) for channel in Channel.objects.filter(pk__in=found)])


class AgentFiguresViewSet(FiguresViewSet):
    """What each agent did in a period."""

    serializer_class = AgentFiguresSerializer

    @extend_schema(parameters=PERIOD, responses=AgentFiguresSerializer(many=True))
    def list(self, request: Request) -> Response:
        works = read_work(read_scope(request.query_params.dict(), timezone.now()))
        return Response([_agent(user, works[user.pk]) for user in User.objects.filter(pk__in=works).order_by("pk")])


class WeeklyReportViewSet(ListRows, RetrieveRow, ApiViewSet):
    """The weekly reports on what the AI lacks, each as it was written."""

    scope = SCOPE
    queryset = WeeklyReport.objects.all()
    serializer_class = WeeklyReportSerializer
    filterset_fields = ("week",)


@extend_schema_view(list=extend_schema(parameters=[*PERIOD, FIGURE]))
class EpisodeViewSet(ListRows, RetrieveRow, ApiViewSet):
    """Service episodes: the rows behind every figure. Times are facts; what they amount to, `figure` says."""

    scope = SCOPE
    queryset = Episode.objects.all()
    serializer_class = EpisodeSerializer
    filter_backends = ()

    def get_queryset(self) -> "QuerySet[Episode]":
        words: Mapping[str, str] = self.request.query_params.dict()
        is_narrowed = self.action == "list" and any(words.get(name) for name in PARAMETERS)
        return rows_of(words, timezone.now()) if is_narrowed else super().get_queryset()


def counts(totals: Totals) -> dict[str, int]:
    return {key: totals[key] for key in FIGURES}


def rates(totals: Totals) -> dict[str, float | None]:
    return {key: totals.rate(rate) for key, rate in RATES.items()}


def _channel(channel: Channel, totals: Totals) -> dict[str, Any]:
    return {
        "channel": channel.pk,
        "key": channel.key,
        "name": channel.name,
        "figures": counts(totals),
        "rates": rates(totals),
        "order_count": totals["order_count"],
        "order_amount": totals["order_amount"],
    }


def _agent(user: User, work: Work) -> dict[str, Any]:
    sums = {name: value for name, value in asdict(work).items() if name in AgentFiguresSerializer().fields}
    quantiles = {"first_response_p50": quantile(work.waits, 0.5), "first_response_p90": quantile(work.waits, 0.9)}
    return {"agent": user.pk, "name": user.public_name, **sums, **quantiles}


router.register("reports/board", BoardViewSet)
router.register("reports/channels", ChannelFiguresViewSet)
router.register("reports/agents", AgentFiguresViewSet)
router.register("reports/weekly", WeeklyReportViewSet)
router.register("reports/episodes", EpisodeViewSet)
