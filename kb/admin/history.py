"""Imports of conversations in the back office: the list, and the pages behind it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from kb.admin.history_page import history_page, progress_view, upload_page
from kb.models import HistoryImport

Status = HistoryImport.Status


@admin.register(HistoryImport)
class HistoryImportAdmin(ModelAdmin):
    list_display = ("file_name", "show_status", "conversations", "messages", "questions", "by", "created_at")
    list_select_related = ("by",)
    list_per_page = 50
    search_fields = ("file_name",)
    search_help_text = _("Name of a file")

    def get_urls(self) -> list[URLPattern]:
        progress = self.admin_site.admin_view(lambda request, object_id: progress_view(self, request, object_id))
        own = [path("<path:object_id>/progress/", progress, name="kb_historyimport_progress")]
        return [*own, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return upload_page(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return history_page(self, request, object_id)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its own page takes a file out: the question “are you sure” would list thousands of rows

    @display(
        description=_("status"),
        ordering="status",
        label=dict.fromkeys(Status, "info")
        | {Status.MAPPING: "warning", Status.DONE: "success", Status.FAILED: "danger"},
    )
    def show_status(self, history: HistoryImport) -> tuple[str, str]:
        label = str(history.get_status_display())
        return history.status, f"{label} · {history.percent} %" if history.is_at_work and history.total else label
