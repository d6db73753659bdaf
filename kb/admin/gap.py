"""Pending knowledge 待补充知识点 in the back office: what customers miss most, and what to do about it."""

from collections import defaultdict
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from kb.admin.filters import CategoryFilter
from kb.admin.gap_page import gap_page
from kb.admin.gate_page import through_gate
from kb.admin.sparkline import sparkline
from kb.gap_effects import Effect, effects_of
from kb.gap_trends import weekly_counts
from kb.models import Gap, GapQuestion
from kb.services.gap_groups import merge_gaps
from kb.services.gaps import ignore_gaps, reopen_gaps

PENDING = "pending"
Source = GapQuestion.Source


class GapStatusFilter(DropdownFilter):
    """What is left to do, unless something else is asked for."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("all", _("All")), *Gap.Status.choices]

    def choices(self, changelist: ChangeList) -> Any:
        for choice in super().choices(changelist):
            choice["form"].fields[self.parameter_name].choices[0] = ("", _("Not done yet"))
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Gap]) -> QuerySet[Gap]:
        value = self.value()
        if value == "all":
            return queryset
        return queryset.filter(status=value) if value else queryset.filter(status__in=("open", "drafted"))


class SourceFilter(DropdownFilter):
    """Groups that came by one signal."""

    title = _("signal")
    parameter_name = "signal"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return list(Source.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Gap]) -> QuerySet[Gap]:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=GapQuestion.objects.filter(source=self.value()).values("gap"))


class GapChangeList(ChangeList):
    """Every group of the page with its signals, its trend and what publishing did; few queries for all."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        groups = list(self.result_list)
        counts = GapQuestion.objects.filter(gap__in=[gap.pk for gap in groups]).order_by()
        sources: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for gap_id, source, count in counts.values_list("gap", "source").annotate(count=Count("pk")):
            sources[gap_id].append((source, count))
        now = timezone.now()
        trends, effects = weekly_counts([gap.pk for gap in groups], now), effects_of(groups, now)
        for gap in groups:
            gap.sources = sorted(sources[gap.pk], key=lambda pair: -pair[1])
            gap.trend, gap.effect = trends[gap.pk], effects.get(gap.pk)
        self.result_list = groups


@admin.register(Gap)
class GapAdmin(ModelAdmin):
    list_display = (
        "show_question",
        "show_count",
        "weight",
        "show_sources",
        "show_status",
        "show_effect",
        "show_last_asked",
    )
    list_filter = (GapStatusFilter, SourceFilter, CategoryFilter)
    list_filter_submit = True
    list_select_related = ("category", "entry")
    list_per_page = 50
    search_fields = ("question", "questions__text")
    search_help_text = _("Words of a question")
    actions = ("merge", "ignore", "reopen")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[GapChangeList]:
        return GapChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @through_gate
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return gap_page(self, request, object_id)

    # --- Columns ------------------------------------------------------------------------------

    @display(description=_("question"), ordering="question")
    def show_question(self, gap: Gap) -> str:
        """With its category below: a column of its own would push others off the page."""
        if gap.category is None:
            return gap.question
        return format_html('{} <span class="bo-note bo-below">{}</span>', gap.question, gap.category)

    @display(description=_("signals"))
    def show_sources(self, gap: Gap) -> str:
        pairs = ((Source(source).label, count) for source, count in getattr(gap, "sources", ()))
        tags = format_html_join(" ", '<span class="bo-tag">{} {}</span>', pairs)
        return format_html('<span class="bo-tags">{}</span>', tags)

    @display(description=_("asked, 8 weeks"), ordering="count")
    def show_count(self, gap: Any) -> str:
        return format_html('<span class="bo-count">{} {}</span>', gap.count, sparkline(gap.trend))

    @display(description=_("last asked"), ordering="last_asked_at")
    def show_last_asked(self, gap: Gap) -> str:
        return date_format(timezone.localtime(gap.last_asked_at), "SHORT_DATE_FORMAT")

    @display(description=_("solved: before → since"))
    def show_effect(self, gap: Any) -> str:
        effect: Effect | None = gap.effect
        if effect is None:
            return "—"
        rates = ("—" if bar.rate is None else f"{bar.rate} % ({bar.share.total})" for bar in effect.bars)
        return " → ".join(rate.replace(" ", "\u00a0") for rate in rates)

    @display(
        description=_("status"),
        ordering="status",
        label={
            Gap.Status.OPEN: "danger",
            Gap.Status.DRAFTED: "warning",
            Gap.Status.RESOLVED: "success",
            Gap.Status.IGNORED: "default",
        },
    )
    def show_status(self, gap: Gap) -> tuple[str, str]:
        label = gap.get_status_display()
        if gap.status == Gap.Status.OPEN and gap.reopened_at:
            label = f"{label} · {_('asked again')}"
        return gap.status, label

    # --- Actions ------------------------------------------------------------------------------

    @admin.action(description=_("These mean the same: make one group"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Gap]) -> None:
        gaps = list(queryset)
        if len(gaps) < 2:
            messages.warning(request, _("Choose at least two groups."))
            return
        target = merge_gaps(gaps)
        messages.success(request, _("One group now: “%(question)s”.") % {"question": target.question})

    @admin.action(description=_("Ignore"), permissions=["change"])
    def ignore(self, request: HttpRequest, queryset: QuerySet[Gap]) -> None:
        count = ignore_gaps(queryset)
        text = ngettext("%(count)s group is ignored.", "%(count)s groups are ignored.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Back on the list"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Gap]) -> None:
        count = reopen_gaps(queryset)
        text = ngettext("%(count)s group is open again.", "%(count)s groups are open again.", count)
        messages.success(request, text % {"count": count})
