"""REST: the figures of the board, of channels and agents, the weekly report, and the episodes behind every figure."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.filters import note_unknown
from cs_platform.api.router import router
from cs_platform.api.views import ApiViewSet, ListRows, RetrieveRow
from cs_platform.models import User
from reports import metrics
from reports.figures import FIGURES, RATES, Figure, Rate
from reports.hours import moment_of
from reports.models import Episode, WeeklyReport
from reports.performance import Work, read_work
from reports.scope import KINDS_OF_DAYS, PARAMETERS, Scope, problems_of, read_scope, rows_of
from reports.totals import Totals, by_channel, by_hour
from reports.waits import first_waits, quantile
from routing.models import Channel

SCOPE = "reports"
PERIOD = [
    OpenApiParameter(
        "start",
        OpenApiTypes.DATE,
        description="First day, of the shop's clock; default: 30 days ago. At most 400 in all.",
    ),
    OpenApiParameter("end", OpenApiTypes.DATE, description="Last day; default: today."),
    OpenApiParameter("channel", OpenApiTypes.INT, description="The id of a channel."),
    OpenApiParameter("category", OpenApiTypes.INT, description="The id of a category, with all below it; 0: without."),
    OpenApiParameter("days", OpenApiTypes.STR, enum=KINDS_OF_DAYS, description="Only these days; 0 is Monday."),
    OpenApiParameter("at", OpenApiTypes.INT, description="Only this hour of the day, 0 to 23."),
    OpenApiParameter("agent", OpenApiTypes.INT, description="Only where this person replied."),
    OpenApiParameter("reason", OpenApiTypes.STR, description="Only those that were handed over for this reason."),
]
FIGURE = OpenApiParameter(
    "figure", OpenApiTypes.STR, enum=sorted(FIGURES), description="Only the episodes that this figure counts."
)


def _definitions(figures: Mapping[str, Figure | Rate]) -> str:
    return "\n".join(f"- `{key}`: {figure.definition}" for key, figure in figures.items())


DEFINITIONS = lazy(lambda: _definitions(FIGURES), str)()
RATE_DEFINITIONS = lazy(lambda: _definitions(RATES), str)()


class CountsField(serializers.DictField):
    """Figures by their key, as the back office counts them."""

    child = serializers.IntegerField()


class RatesField(serializers.DictField):
    """Shares between 0 and 1 by their key; null where there is nothing to divide by."""

    child = serializers.FloatField(allow_null=True)


class ResponseSecondsSerializer(serializers.Serializer):
    """In seconds; null where nobody waited."""

    all = serializers.FloatField(allow_null=True, help_text=_("The mean of all replies to a waiting customer."))
    ai = serializers.FloatField(allow_null=True, help_text=_("The mean of the AI's."))
    person = serializers.FloatField(allow_null=True, help_text=_("The mean of people's."))
    first_person_p50 = serializers.FloatField(
        allow_null=True, help_text=_("The wait for a person's first reply that half of the customers stayed below.")
    )
    first_person_p90 = serializers.FloatField(allow_null=True, help_text=_("The one that nine of ten stayed below."))


class HourSerializer(serializers.Serializer):
    start = serializers.DateTimeField(help_text=_("When the hour begins."))
    figures = CountsField(help_text=_("The same figures, of this hour."))


class BoardSerializer(serializers.Serializer):
    start = serializers.DateField(help_text=_("First day that was counted, of the shop's clock."))
    end = serializers.DateField(help_text=_("Last day that was counted."))
    figures = CountsField(help_text=DEFINITIONS)
    rates = RatesField(help_text=RATE_DEFINITIONS)
    outcomes = CountsField(help_text=_("What became of the AI's conversations: these add up to figures.ai_cohort."))
    response_seconds = ResponseSecondsSerializer()
    hours = HourSerializer(many=True, help_text=_("Every hour in which something happened."))


class ChannelFiguresSerializer(serializers.Serializer):
    channel = serializers.IntegerField(help_text=_("The id of the channel."))
    key = serializers.CharField(help_text=_("Its key."))
    name = serializers.CharField(help_text=_("Its name."))
    figures = CountsField(help_text=DEFINITIONS)
    rates = RatesField(help_text=RATE_DEFINITIONS)
    order_count = serializers.IntegerField(help_text=_("Orders that followed a conversation."))
    order_amount = serializers.IntegerField(help_text=_("In fen."))


class AgentFiguresSerializer(serializers.Serializer):
    agent = serializers.IntegerField(help_text=_("The id of the person."))
    name = serializers.CharField(help_text=_("The name that customers see."))
    chats = serializers.IntegerField(help_text=_("Conversations in which this person replied."))
    replies = serializers.IntegerField(help_text=_("Messages of this person to customers."))
    turns = serializers.IntegerField(help_text=_("Replies to a waiting customer."))
    turns_30s = serializers.IntegerField(help_text=_("Those of them within 30 seconds."))
    turns_180s = serializers.IntegerField(help_text=_("Those of them within three minutes."))
    handle_seconds = serializers.IntegerField(help_text=_("Time with customers, in seconds."))
    first_response_p50 = serializers.FloatField(
        allow_null=True, help_text=_("Seconds until the first reply that half of the chats stayed below.")
    )
    first_response_p90 = serializers.FloatField(allow_null=True, help_text=_("The one that nine of ten stayed below."))
    rated = serializers.IntegerField(help_text=_("Ratings of the chats that this person had last."))
    score = serializers.FloatField(allow_null=True, help_text=_("Their mean, 1 to 5."))
    proposed = serializers.IntegerField(help_text=_("Knowledge that this person proposed."))
    approved = serializers.IntegerField(help_text=_("What of it was published."))
    tickets = serializers.IntegerField(help_text=_("Tickets that this person solved."))
    suggested = serializers.IntegerField(help_text=_("Moments at which replies were recommended."))
    adopted = serializers.IntegerField(help_text=_("Moments at which one of them was sent."))


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

    @extend_schema(parameters=PERIOD, responses=forced_singular_serializer(BoardSerializer))
    def list(self, request: Request) -> Response:
        now = timezone.now()
        scope = _scope_of(request, now)
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
        found = by_channel(_scope_of(request, now), now)
        return Response([_channel(channel, found[channel.pk]) for channel in Channel.objects.filter(pk__in=found)])


class AgentFiguresViewSet(FiguresViewSet):
    """What each agent did in a period."""

    serializer_class = AgentFiguresSerializer

    @extend_schema(parameters=PERIOD, responses=AgentFiguresSerializer(many=True))
    def list(self, request: Request) -> Response:
        works = read_work(_scope_of(request, timezone.now()))
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
        if self.action != "list":
            return super().get_queryset()
        now = timezone.now()
        _check_words(self.request, PARAMETERS, now)
        is_narrowed = any(words.get(name) for name in PARAMETERS)
        return rows_of(words, now) if is_narrowed else super().get_queryset()


def _scope_of(request: Request, now: datetime) -> Scope:
    _check_words(request, [name for name in PARAMETERS if name != "figure"], now)
    return read_scope(request.query_params.dict(), now)


def _check_words(request: Request, known: Collection[str], now: datetime) -> None:
    """A page shows what it took its words for; a program would not notice."""
    note_unknown(request, known)
    if problems := problems_of(request.query_params.dict(), now):
        raise serializers.ValidationError({name: [text] for name, text in problems.items()})


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
