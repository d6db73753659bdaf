"""Proposals of agents in the back office: what waits for review, and who contributed how much."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.views import ChangeList

from cs_platform.admin.reading import ReadOnlyAdmin
from kb.contributions import weekly_contributions
from kb.models import Proposal


class ProposalStatusFilter(DropdownFilter):
    """What waits, unless something else is asked for."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("all", _("All")), *Proposal.Status.choices[1:]]

    def choices(self, changelist: ChangeList) -> Any:
        for choice in super().choices(changelist):
            choice["form"].fields[self.parameter_name].choices[0] = ("", Proposal.Status.WAITING.label)
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        value = self.value()
        return queryset if value == "all" else queryset.filter(status=value or Proposal.Status.WAITING)


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ("show_question", "by", "show_status", "created_at", "reviewed_by", "comment")
    list_display_links = ("created_at",)
    list_filter = (ProposalStatusFilter, "by")
    list_filter_submit = True
    list_select_related = ("by", "reviewed_by", "entry")
    search_fields = ("question", "comment")
    search_help_text = _("Words of a question")
    actions_list = ("contributions",)
    fields = ("show_question", "by", "note", "status", "comment", "reviewed_by", "reviewed_at", "created_at")
    readonly_fields = fields

    @display(description=_("question"), ordering="question")
    def show_question(self, proposal: Proposal) -> str:
        if proposal.entry_id is None:
            return proposal.question
        url = reverse("admin:kb_entry_change", args=[proposal.entry_id])
        return format_html('<a class="bo-row-link" href="{}">{}</a>', url, proposal.question)

    @display(
        description=_("status"),
        ordering="status",
        label={
            Proposal.Status.WAITING: "warning",
            Proposal.Status.RETURNED: "danger",
            Proposal.Status.APPROVED: "success",
        },
    )
    def show_status(self, proposal: Proposal) -> tuple[str, str]:
        return proposal.status, proposal.get_status_display()

    @action(description=_("Contributions"), url_path="contributions", icon="social_leaderboard", permissions=["view"])
    def contributions(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Contributions"),
            "lines": weekly_contributions(timezone.now()),
        }
        return TemplateResponse(request, "admin/kb/contributions.html", context)
