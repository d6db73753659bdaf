"""Golden questions 必测问题 in the back office: what must be answered how, whatever is published."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from cs_platform.admin.pages import asks_first
from cs_platform.models import User
from kb.admin.golden_form import GoldenForm
from kb.admin.golden_pages import export_response, import_page
from kb.answering import answer
from kb.golden_answers import case_of, told_of
from kb.models import Entry, GoldenQuestion, GoldenResult
from kb.rehearsal import judge
from kb.search import current_index
from kb.services.golden import save_golden, switch_golden
from kb.services.golden_runs import start_manual_run


@admin.register(GoldenQuestion)
class GoldenQuestionAdmin(ModelAdmin):
    form = GoldenForm
    list_display = (
        "question",
        "show_whom",
        "show_expected",
        "show_blocking",
        "is_active",
        "source",
        "created_by",
        "created_at",
    )
    list_filter = ("expectation", "stage", "is_blocking", "is_active", "source")
    list_filter_submit = True
    list_select_related = ("entry", "product", "created_by")
    list_per_page = 100
    search_fields = ("question", "entry__question", "words")
    search_help_text = _("Words of a question")
    autocomplete_fields = ("entry", "product")
    actions = ("switch_on", "switch_off")
    actions_list = ("run_now", "import_questions", "export_questions")
    readonly_fields = ("show_now", "source", "created_by", "created_at")
    fieldsets = (
        (None, {"fields": ("question", "expectation", "entry", "words", ("is_blocking", "is_active"))}),
        (_("Who asks"), {"fields": ("channel", "product", "stage")}),
        (_("Now"), {"fields": ("show_now",)}),
        (_("Origin"), {"classes": ("tab",), "fields": ("source", "created_by", "created_at")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: GoldenQuestion | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:2]

    def save_model(self, request: HttpRequest, obj: GoldenQuestion, form: Any, change: bool) -> None:
        save_golden(obj, by=_who(request))

    # --- Columns ------------------------------------------------------------------------------

    @display(description=_("what must happen"), ordering="expectation")
    def show_expected(self, golden: GoldenQuestion) -> str:
        if golden.expectation == GoldenQuestion.Expectation.WORDS:
            return f"{golden.get_expectation_display()}: {', '.join(golden.word_list)}"
        if golden.expectation == GoldenQuestion.Expectation.ENTRY:
            return golden.entry.question if golden.entry else str(_("its entry was deleted"))
        return golden.get_expectation_display()

    @display(description=_("who asks"))
    def show_whom(self, golden: GoldenQuestion) -> str:
        return golden.asked_as or "—"

    @display(description=_("stops publishing"), label={True: "danger", False: "default"}, ordering="is_blocking")
    def show_blocking(self, golden: GoldenQuestion) -> tuple[bool, Any]:
        return golden.is_blocking, _("stops") if golden.is_blocking else _("only shows")

    @display(description=_("what customers get now"))
    def show_now(self, golden: GoldenQuestion) -> SafeString:
        index, case = current_index(), case_of(golden)
        handoffs = dict(Entry.objects.published().exclude(handoff="").values_list("pk", "handoff"))
        told = told_of(answer(golden.question, case.scope, stance=case.stance), index, case, handoffs)
        outcome = judge(case.expected, told)
        labels = {"outcome": GoldenResult.Outcome(outcome).label, "band": GoldenResult.Band(told.band).label}
        return render_to_string("admin/kb/golden_now.html", {"told": told, "kind": outcome, **labels})

    # --- Actions ------------------------------------------------------------------------------

    @admin.action(description=_("Ask them whenever something is published"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[GoldenQuestion]) -> None:
        self._switch(request, queryset, is_active=True)

    @admin.action(description=_("Do not ask them for now"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[GoldenQuestion]) -> None:
        self._switch(request, queryset, is_active=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[GoldenQuestion], *, is_active: bool) -> None:
        count = switch_golden(queryset, is_active=is_active)
        text = ngettext("%(count)s golden question changed.", "%(count)s golden questions changed.", count)
        messages.success(request, text % {"count": count})

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.add_goldenrun")

    @action(description=_("Run now"), url_path="run", icon="play_arrow", permissions=["run"])
    @asks_first(_("Run now"), _("Every golden question is asked as by a customer. Nothing is sent to anybody."))
    def run_now(self, request: HttpRequest) -> HttpResponse:
        if not GoldenQuestion.objects.active().exists():
            messages.warning(request, _("There is no golden question yet. Add one, or import a file."))
            return redirect("admin:kb_goldenquestion_changelist")
        return redirect("admin:kb_goldenrun_change", start_manual_run(by=_who(request)).pk)

    @action(description=_("Import"), url_path="import", icon="upload_file", permissions=["add"])
    def import_questions(self, request: HttpRequest) -> HttpResponse:
        return import_page(self, request)

    @action(description=_("Export"), url_path="export", icon="download", permissions=["view"])
    def export_questions(self, request: HttpRequest) -> HttpResponse:
        return export_response()


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
