"""Knowledge entries in the back office."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from cs_platform.models import User
from kb import services
from kb.admin.files import export_response
from kb.admin.filters import CategoryFilter
from kb.admin.forms import CategoryField, EntryForm
from kb.admin.importing import import_page, template_response
from kb.admin.returning import return_page
from kb.admin.trying import try_page
from kb.models import Entry, Proposal


@admin.register(Entry)
class EntryAdmin(ModelAdmin):
    form = EntryForm
    list_display = ("question", "show_phrasings", "category", "show_status", "updated_at", "updated_by")
    list_filter = ("status", CategoryFilter, "is_sample")
    list_filter_submit = True
    list_select_related = ("category", "updated_by")
    list_per_page = 50
    search_fields = ("question", "variants", "answer")
    search_help_text = _("Words of a question or an answer")
    warn_unsaved_form = True
    autocomplete_fields = ("products",)
    readonly_fields = ("show_proposal", "is_sample", "updated_by", "created_at", "updated_at")
    actions = ("publish", "unpublish", "archive", "adopt", "export_selected")
    actions_list = (
        "try_question",
        "import_entries",
        {"title": _("Export"), "icon": "download", "items": ["export_excel", "export_csv", "download_template"]},
    )
    actions_detail = ("try_this", "return_this", "publish_this")
    fieldsets = (
        (None, {"fields": ("question", "variants", "answer", "is_verbatim", ("category", "status"))}),
        (_("Related questions"), {"classes": ("tab",), "fields": ("related",)}),
        (_("Hand to a person"), {"classes": ("tab",), "fields": ("handoff",)}),
        (
            _("When and for whom"),
            {
                "classes": ("tab",),
                "fields": (("valid_from", "valid_until"), "stages", "channels", "products", "match_mode"),
            },
        ),
        (_("Care"), {"classes": ("tab",), "fields": (("owner", "review_by"),)}),
        (
            _("Origin"),
            {"classes": ("tab",), "fields": ("external_id", "is_sample", "updated_by", "created_at", "updated_at")},
        ),
    )

    # --- Reading ------------------------------------------------------------------------------

    @display(description=_("phrasings"))
    def show_phrasings(self, entry: Entry) -> int:
        return len(entry.phrasings)

    @display(
        description=_("status"),
        ordering="status",
        label={
            Entry.Status.DRAFT: "warning",
            Entry.Status.REVIEW: "info",
            Entry.Status.PUBLISHED: "success",
            Entry.Status.ARCHIVED: "default",
        },
    )
    def show_status(self, entry: Entry) -> tuple[str, str]:
        label = entry.get_status_display()
        return entry.status, f"{label} · {_('sample')}" if entry.is_sample else label

    @display(description=_("proposed by"))
    def show_proposal(self, entry: Entry) -> SafeString:
        return render_to_string("admin/kb/proposal.html", {"proposal": entry.proposal})

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        is_proposed = obj is not None and Proposal.objects.filter(entry=obj).exists()
        return ((None, {"fields": ("show_proposal",)}), *fieldsets) if is_proposed else fieldsets

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.TypedChoiceField | None:
        if db_field.name == "status" and not self.has_publish_permission(request):
            kwargs["choices"] = [(status.value, status.label) for status in (Entry.Status.DRAFT, Entry.Status.REVIEW)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "category":
            return CategoryField(label=capfirst(db_field.verbose_name))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # --- Writing: one service each ------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        services.save_entry(obj, by=_who(request), products=form.cleaned_data.get("products"))

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        services.delete_entries([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        services.delete_entries(queryset)

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("kb.publish_entry")

    def has_review_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether this entry waits for the review of this person."""
        waits = Entry.objects.in_review().filter(pk=object_id) if object_id else Entry.objects.none()
        return self.has_publish_permission(request) and waits.exists()

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        empty = queryset.filter(answer="").count()
        if empty:
            text = ngettext(
                "%(count)s entry has no answer yet and stays as it is.",
                "%(count)s entries have no answer yet and stay as they are.",
                empty,
            )
            messages.warning(request, text % {"count": empty})
        count = services.publish_entries(queryset, by=_who(request))
        text = ngettext("%(count)s entry now answers customers.", "%(count)s entries now answer customers.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Back to draft"), permissions=["publish"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        count = services.unpublish_entries(queryset, by=_who(request))
        text = ngettext("%(count)s entry is a draft again.", "%(count)s entries are drafts again.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Archive"), permissions=["publish"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        count = services.archive_entries(queryset, by=_who(request))
        text = ngettext("%(count)s entry archived.", "%(count)s entries archived.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Keep samples as our own"), permissions=["change"])
    def adopt(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        count = services.adopt_entries(queryset, by=_who(request))
        text = ngettext("%(count)s sample is now your own.", "%(count)s samples are now your own.", count)
        messages.success(request, text % {"count": count})

    @action(description=_("Publish"), url_path="publish-this", icon="check", permissions=["review"])
    def publish_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        count = services.publish_entries(Entry.objects.in_review().filter(pk=object_id), by=_who(request))
        text = ngettext("%(count)s entry now answers customers.", "%(count)s entries now answer customers.", count)
        messages.success(request, text % {"count": count})
        return redirect("admin:kb_entry_change", object_id)

    @action(description=_("Send back"), url_path="return", icon="undo", permissions=["review"])
    def return_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return return_page(self, request, get_object_or_404(Entry.objects.in_review(), pk=object_id))

    # --- Pages beside the list ----------------------------------------------------------------

    def has_import_permission(self, request: HttpRequest) -> bool:
        return (
            self.has_add_permission(request)
            and self.has_change_permission(request)
            and self.has_publish_permission(request)
        )

    @action(description=_("Try a question"), url_path="try", icon="psychology_alt", permissions=["view"])
    def try_question(self, request: HttpRequest) -> HttpResponse:
        return try_page(self, request)

    @action(description=_("Try this question"), url_path="try-this", icon="psychology_alt", permissions=["view"])
    def try_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        entry = self.get_object(request, object_id)
        question = {"question": entry.question} if entry else {}
        return redirect(f"{reverse('admin:kb_entry_try_question')}?{urlencode(question)}")

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


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
