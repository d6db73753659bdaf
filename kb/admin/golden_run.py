"""Test runs in the back office: what was tried before publishing, by hand, and from a file."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from kb.admin.run_pages import batch_page, compare_page, download_results, rerun_view, run_page
from kb.models import GoldenRun


@admin.register(GoldenRun)
class GoldenRunAdmin(ModelAdmin):
    list_display = (
        "show_heading",
        "show_state",
        "total",
        "worse",
        "changed",
        "improved",
        "by",
        "created_at",
    )
    list_filter = ("trigger", "state", "by")
    list_filter_submit = True
    list_select_related = ("by",)
    list_per_page = 50
    search_fields = ("title", "reason", "results__question")
    search_help_text = _("What was published, or words of a question")
    actions_list = ("test_file",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # by the buttons only

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: GoldenRun | None = None) -> bool:
        return False  # what was let through is part of the shop's history

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.add_goldenrun")

    def get_urls(self) -> list[Any]:
        guard = self.admin_site.admin_view
        return [
            path("<int:pk>/compare/", guard(self.compare), name="kb_goldenrun_compare"),
            path("<int:pk>/download/", guard(self.download), name="kb_goldenrun_download"),
            path("<int:pk>/again/", guard(self.again), name="kb_goldenrun_again"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return run_page(self, request, object_id)

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        return compare_page(self, request, pk)

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        return download_results(self, request, pk)

    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        return rerun_view(self, request, pk)

    @display(description=_("what was tried"), ordering="title")
    def show_heading(self, run: GoldenRun) -> str:
        """With its occasion below: a column of its own would push others off the page."""
        return format_html('{} <span class="bo-note bo-below">{}</span>', run.heading, run.get_trigger_display())

    @display(
        description=_("state"),
        ordering="state",
        label={
            GoldenRun.State.RUNNING: "info",
            GoldenRun.State.PASSED: "success",
            GoldenRun.State.BLOCKED: "danger",
            GoldenRun.State.OVERRIDDEN: "warning",
            GoldenRun.State.DONE: "default",
        },
    )
    def show_state(self, run: GoldenRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @action(description=_("Test a file of questions"), url_path="file", icon="upload_file", permissions=["run"])
    def test_file(self, request: HttpRequest) -> HttpResponse:
        return batch_page(self, request)
