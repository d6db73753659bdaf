"""Frequent questions of the history in the back office: what customers ask most, to be accepted, merged or rejected."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from cs_platform.models import User
from kb.admin.filters import CategoryFilter
from kb.admin.gate_page import GatedAdmin, through_gate
from kb.admin.mined_page import mined_page, targets_view
from kb.admin.overlapping import tell_overlaps
from kb.models import MinedQuestion
from kb.services.golden import add_from_history
from kb.services.mined import accept_as_found, reject_questions, reopen_questions

Status = MinedQuestion.Status


class MinedStatusFilter(DropdownFilter):
    """What waits for a decision, unless something else is asked for."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("all", _("All")), *Status.choices[1:]]

    def choices(self, changelist: ChangeList) -> Any:
        for choice in super().choices(changelist):
            choice["form"].fields[self.parameter_name].choices[0] = ("", Status.PENDING.label)
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[MinedQuestion]) -> QuerySet[MinedQuestion]:
        value = self.value()
        return queryset if value == "all" else queryset.filter(status=value or Status.PENDING)


class DraftFilter(DropdownFilter):
    """Whether agents answered it in a way that can be kept."""

    title = _("drafted answer")
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("with a drafted answer")), ("no", _("without one"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[MinedQuestion]) -> QuerySet[MinedQuestion]:
        if self.value() == "yes":
            return queryset.exclude(answer="")
        return queryset.filter(answer="") if self.value() == "no" else queryset


@admin.register(MinedQuestion)
class MinedQuestionAdmin(GatedAdmin, ModelAdmin):
    list_display = ("question", "count", "show_share", "show_answer", "category", "show_status")
    list_filter = (MinedStatusFilter, DraftFilter, CategoryFilter)
    list_filter_submit = True
    list_select_related = ("category",)
    list_per_page = 50
    search_fields = ("question", "phrasings", "answer")
    search_help_text = _("Words of a question or an answer")
    actions = ("accept", "accept_and_publish", "keep_answered", "reject", "reopen")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and request.user.has_perm("kb.publish_entry")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.targets)
        return [path("<int:object_id>/targets/", view, name="kb_minedquestion_targets"), *super().get_urls()]

    def targets(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return targets_view(self, request, object_id)

    @through_gate
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return mined_page(self, request, object_id)

    # --- Columns ------------------------------------------------------------------------------

    @display(description=_("share"), ordering="share")
    def show_share(self, mined: MinedQuestion) -> str:
        return f"{100 * mined.share:.1f}\u00a0%"

    @display(description=_("drafted answer"))
    def show_answer(self, mined: MinedQuestion) -> str:
        return f"{mined.answer[:60]}…" if len(mined.answer) > 60 else mined.answer or "—"

    @display(
        description=_("status"),
        ordering="status",
        label={
            Status.PENDING: "warning",
            Status.ACCEPTED: "success",
            Status.MERGED: "info",
            Status.REJECTED: "default",
        },
    )
    def show_status(self, mined: MinedQuestion) -> tuple[str, str]:
        return mined.status, mined.get_status_display()

    # --- Actions ------------------------------------------------------------------------------

    @admin.action(description=_("Accept as drafts"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[MinedQuestion]) -> None:
        _accept(request, queryset, publish=False)

    @admin.action(description=_("Accept and publish"), permissions=["publish"])
    def accept_and_publish(self, request: HttpRequest, queryset: QuerySet[MinedQuestion]) -> None:
        _accept(request, queryset, publish=True)

    def has_golden_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.add_goldenquestion")

    @admin.action(description=_("Keep it answered"), permissions=["golden"])
    def keep_answered(self, request: HttpRequest, queryset: QuerySet[MinedQuestion]) -> None:
        added, left = add_from_history(queryset.select_related("entry"), by=_who(request))
        messages.success(request, _("%(added)s golden questions added.") % {"added": added})
        if left:
            text = _("%(count)s stay out: no published entry answers them yet.")
            messages.warning(request, text % {"count": left})

    @admin.action(description=_("Reject"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[MinedQuestion]) -> None:
        count = reject_questions(queryset, by=_who(request))
        text = ngettext("%(count)s question is rejected.", "%(count)s questions are rejected.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Back on the list"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[MinedQuestion]) -> None:
        count = reopen_questions(queryset)
        text = ngettext("%(count)s question is on the list again.", "%(count)s questions are on the list again.", count)
        messages.success(request, text % {"count": count})


def _accept(request: HttpRequest, queryset: QuerySet[MinedQuestion], *, publish: bool) -> None:
    chosen = list(queryset.select_related("category"))
    made, left = accept_as_found(chosen, by=_who(request), publish=publish)
    if publish:
        of_chosen = MinedQuestion.objects.filter(pk__in=[one.pk for one in chosen], status=Status.ACCEPTED)
        tell_overlaps(request, of_chosen.exclude(entry=None).values_list("entry_id", flat=True))
    text = ngettext("%(count)s entry was made.", "%(count)s entries were made.", made)
    messages.success(request, text % {"count": made})
    if left:
        text = ngettext(
            "%(count)s question stays: it has no answer, an entry asks the same, or it was decided meanwhile.",
            "%(count)s questions stay: they have no answer, an entry asks the same, or they were decided meanwhile.",
            left,
        )
        messages.warning(request, text % {"count": left})


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
