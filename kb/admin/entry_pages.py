"""The pages beside the list of entries: try, import, export, versions."""

from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from cs_platform.admin.pages import asks_first
from kb.admin.entry_deeds import EntryDeeds
from kb.admin.files import export_response
from kb.admin.gate_page import through_gate
from kb.admin.golden_pages import golden_from_entry
from kb.admin.importing import import_page, template_response
from kb.admin.overlapping import merge, overlaps_page
from kb.admin.phrasing import phrasings
from kb.admin.pictures import pictures_page
from kb.admin.publishing import publish_anyway_page
from kb.admin.trying import try_page
from kb.admin.versions import versions_page
from kb.models import Entry


class EntryPages(EntryDeeds, ModelAdmin):
    """What the buttons above the list and above an entry open."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        return (
            self.has_add_permission(request)
            and self.has_change_permission(request)
            and self.has_publish_permission(request)
        )

    @action(description=_("Try a question"), url_path="try", icon="psychology_alt", permissions=["view"])
    @through_gate
    def try_question(self, request: HttpRequest) -> HttpResponse:
        return try_page(self, request)

    @action(description=_("Try this question"), url_path="try-this", icon="psychology_alt", permissions=["view"])
    def try_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        entry = self.get_object(request, object_id)
        question = {"question": entry.question} if entry else {}
        return redirect(f"{reverse('admin:kb_entry_try_question')}?{urlencode(question)}")

    @action(description=_("Versions"), url_path="versions", icon="history", permissions=["view"])
    @through_gate
    def versions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return versions_page(self, request, get_object_or_404(Entry, pk=object_id))

    def has_golden_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Only what customers are told already can be kept so."""
        published = Entry.objects.published().filter(pk=object_id) if object_id else Entry.objects.none()
        return request.user.has_perm("kb.add_goldenquestion") and published.exists()

    @action(description=_("Keep it answered"), url_path="golden", icon="verified", permissions=["golden"])
    @asks_first(
        _("Keep it answered"),
        _("Its phrasings become golden questions: no change may take their answer away unnoticed."),
    )
    def keep_answered(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return golden_from_entry(request, get_object_or_404(Entry.objects.published(), pk=object_id))

    @action(description=_("Pictures"), url_path="pictures", icon="image", permissions=["view"])
    def pictures(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return pictures_page(self, request, get_object_or_404(Entry, pk=object_id))

    @action(description=_("Overlaps"), url_path="overlaps", icon="compare_arrows", permissions=["view"])
    def overlaps(self, request: HttpRequest) -> HttpResponse:
        return overlaps_page(self, request)

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("publish-anyway", publish_anyway_page, "publish_anyway"),
            ("merge", merge, "merge"),
            ("phrasings", phrasings, "phrasings"),
        )
        urls = [
            path(f"{place}/", self.admin_site.admin_view(partial(through_gate(page), self)), name=f"kb_entry_{name}")
            for place, page, name in own
        ]
        return [*urls, *super().get_urls()]

    @action(description=_("Import"), url_path="import", icon="upload_file", permissions=["import"])
    def import_entries(self, request: HttpRequest) -> HttpResponse:
        return import_page(self, request)

    @action(description=_("All as Excel"), url_path="export/xlsx", permissions=["view"])
    def export_excel(self, request: HttpRequest) -> HttpResponse:
        return export_response("xlsx", self.get_queryset(request))

    @action(description=_("All as CSV"), url_path="export/csv", permissions=["view"])
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        return export_response("csv", self.get_queryset(request))

    @action(description=_("Empty template"), url_path="template", permissions=["view"])
    def download_template(self, request: HttpRequest) -> HttpResponse:
        return template_response()

    @admin.action(description=_("Export as Excel"), permissions=["view"])
    def export_selected(self, request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse:
        return export_response("xlsx", queryset)
