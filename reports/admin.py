"""Service episodes: the rows behind every figure, to read and to take away."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from conversations.models import Conversation
from cs_platform.admin.reading import ReadOnlyAdmin
from reports import metrics
from reports.exports import TYPES, harmless
from reports.figures import FIGURES
from reports.hours import moment_of
from reports.models import ChannelCost, Episode, Subscriber
from reports.scope import PARAMETERS, rows_of
from reports.views import PERMISSION, file_response

EXPORTED = (
    "conversation_id", "channel__name", "level", "category__name", "origin", "question", "intent", "opened_at",
    "first_customer_at", "first_ai_at", "handoff_at", "handoff_reason", "queued_at", "joined_at", "first_human_at",
    "closed_at", "close_reason", "next_customer_at", "customer_messages", "ai_messages", "agent_messages", "ai_answers",
    "ai_clarifies", "ai_unknowns", "ai_turns", "ai_wait_ms", "human_turns", "human_wait_ms", "handle_seconds", "rating",
    "lead_at", "order_count", "order_amount", "agent__display_name", "outcome",
)  # fmt: skip
EXPORT_CHUNK = 2000
COLOURS = {
    "resolved": "success",
    "handed_over": "info",
    "abandoned": "danger",
    "unresolved": "warning",
    "still_open": "default",
}
REASONS = dict(Conversation.HandoffReason.choices)


class ScopeFilter(admin.SimpleListFilter):
    """The words of an address that a figure carries: period, channel, category … and the figure itself."""

    title = _("figure")
    parameter_name = "figure"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        self.words = {name: str(params.pop(name)[-1]) for name in PARAMETERS[:-1] if name in params}
        super().__init__(request, params, model, model_admin)
        self.words |= self.used_parameters

    def expected_parameters(self) -> list[str | None]:
        return list(PARAMETERS)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(one.key, one.label) for one in FIGURES.values()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Episode]") -> "QuerySet[Episode]":
        if not any(self.words.values()):
            return queryset
        return queryset.filter(pk__in=rows_of(self.words, timezone.now()).values("pk"))


@admin.register(Episode)
class EpisodeAdmin(ReadOnlyAdmin):
    list_display = (
        "show_question",
        "show_hour",
        "channel",
        "category",
        "show_outcome",
        "show_reason",
        "agent",
        "show_rating",
    )
    list_display_links = None
    list_filter = (ScopeFilter,)
    list_select_related = ("channel", "category", "agent", "conversation")
    list_per_page = 50
    list_before_template = "admin/reports/episodes.html"
    show_full_result_count = False
    search_fields = ("question",)
    ordering = ("-hour", "-pk")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Episode]":
        return super().get_queryset(request).annotate(outcome=metrics.outcome(timezone.now()))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_rows)
        return [path("export.<slug:kind>", view, name="reports_episode_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        figure = FIGURES.get(request.GET.get("figure", ""))
        words = request.GET.copy()
        more = {"figure": figure, "words": words, "query": request.GET.urlencode()}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def export_rows(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The rows of the list as a file, one line for each episode."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        if kind not in TYPES:
            raise Http404
        now = timezone.now()
        rows = rows_of({name: str(value) for name, value in request.GET.items()}, now)
        rows = rows.annotate(outcome=metrics.outcome(now)).order_by("hour", "pk")
        return file_response(_exported(rows), "conversations", kind)

    @display(description=_("first question"))
    def show_question(self, episode: Episode) -> SafeString:
        url = reverse("admin:conversations_conversation_change", args=[episode.conversation_id])
        text = episode.question or episode.conversation.last_text or f"#{episode.conversation_id}"
        return format_html('<a href="{}">{}</a>', url, text[:80])

    @display(description=_("time"), ordering="hour")
    def show_hour(self, episode: Episode) -> Any:
        return episode.first_customer_at or episode.opened_at or moment_of(episode.hour)

    @display(description=_("outcome"), label=COLOURS)
    def show_outcome(self, episode: Any) -> tuple[str, Any]:
        figure = FIGURES.get(episode.outcome)
        return episode.outcome, figure.label if figure else "—"

    @display(description=_("reason of hand-over"))
    def show_reason(self, episode: Episode) -> Any:
        return REASONS.get(episode.handoff_reason, episode.handoff_reason)

    @display(description=_("score"), ordering="rating")
    def show_rating(self, episode: Episode) -> str:
        return "★" * episode.rating if episode.rating else ""


def _exported(rows: "QuerySet[Episode]") -> Iterator[list[Any]]:
    yield list(EXPORTED)
    for row in rows.values_list(*EXPORTED).iterator(chunk_size=EXPORT_CHUNK):
        yield [harmless(value) for value in row]


@admin.register(ChannelCost)
class ChannelCostAdmin(ModelAdmin):
    """What channels cost, month by month; the page of channels reckons with it."""

    list_display = ("channel", "show_month", "amount")
    list_filter = ("channel",)
    list_select_related = ("channel",)

    @display(description=_("month"), ordering="month")
    def show_month(self, cost: ChannelCost) -> str:
        return f"{cost.month:%Y-%m}"


@admin.register(Subscriber)
class SubscriberAdmin(ModelAdmin):
    """Who gets the weekly report."""

    list_display = ("email", "is_active", "created_at")
    search_fields = ("email",)
