"""Knowledge entries in the back office: the list and the form."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cs_platform.models import User
from kb import services
from kb.admin.entry_form import EntryForm
from kb.admin.entry_pages import EntryPages
from kb.admin.filters import CareFilter, CategoryFilter
from kb.admin.forms import CategoryField
from kb.admin.gate_page import GatedAdmin, OwnTransactions
from kb.admin.people import who
from kb.models import Entry, Proposal
from kb.services.history import StaleEntry
from kb.services.overlaps import accept_overlaps


@admin.register(Entry)
class EntryAdmin(GatedAdmin, EntryPages, OwnTransactions):
    form = EntryForm
    list_display = ("question", "show_phrasings", "category", "show_status", "show_care", "updated_at", "updated_by")
    list_filter = ("status", CategoryFilter, CareFilter, "is_sample")
    list_filter_submit = True
    list_select_related = ("category", "updated_by", "owner")
    list_per_page = 50
    search_fields = ("question", "variants", "answer")
    search_help_text = _("Words of a question or an answer")
    warn_unsaved_form = True
    autocomplete_fields = ("products",)
    readonly_fields = ("show_proposal", "is_sample", "updated_by", "created_at", "updated_at")
    change_form_before_template = "admin/kb/entry_before.html"
    actions = ("publish", "unpublish", "archive", "adopt", "export_selected")
    actions_list = (
        "try_question",
        "import_entries",
        "overlaps",
        {"title": _("Export"), "icon": "download", "items": ["export_excel", "export_csv", "download_template"]},
    )
    actions_detail = (
        "try_this",
        {"title": _("More"), "icon": "more_horiz", "items": ["versions", "pictures", "keep_answered"]},
        "return_this",
        "publish_this",
    )
    fieldsets = (
        (None, {"fields": ("question", "variants", "answer", "is_verbatim", ("category", "status"), "base_version")}),
        (_("Hand to a person"), {"classes": ("tab",), "fields": ("handoff",)}),
        (
            _("When and for whom"),
            {"classes": ("tab",), "fields": ("valid_from", "valid_until", "stages", "channels", "products")},
        ),
        (_("Finding it"), {"classes": ("tab",), "fields": ("match_mode", "related", "flow")}),
        (
            _("Care and origin"),
            {
                "classes": ("tab",),
                "fields": (
                    ("owner", "review_by"),
                    "external_id",
                    ("is_sample", "updated_by"),
                    ("created_at", "updated_at"),
                ),
            },
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

    @display(description=_("care"), label={"expired": "danger", "due": "warning", "ends": "info", "later": "default"})
    def show_care(self, entry: Entry) -> tuple[str, Any] | None:
        """What the owner should know: it has expired, it is to be reviewed, it will expire."""
        return entry.care_at(timezone.now())

    @display(description=_("proposed by"))
    def show_proposal(self, entry: Entry) -> SafeString:
        return render_to_string("admin/kb/proposal.html", {"proposal": entry.proposal})

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        is_proposed = obj is not None and Proposal.objects.filter(entry=obj).exists()
        return ((None, {"fields": ("show_proposal",)}), *fieldsets) if is_proposed else fieldsets

    # --- The form -----------------------------------------------------------------------------

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.TypedChoiceField | None:
        if db_field.name == "status" and not self.has_publish_permission(request):
            kwargs["choices"] = [(status.value, status.label) for status in (Entry.Status.DRAFT, Entry.Status.REVIEW)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "category":
            return CategoryField(label=capfirst(db_field.verbose_name))
        if db_field.name == "owner":
            kwargs["queryset"] = User.objects.filter(is_active=True, is_staff=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # Django's history knows who saved when; the versions know that, too, and what has changed.
        shown = {**(extra_context or {}), "show_history": False}
        try:
            return super().changeform_view(request, object_id, form_url, shown)
        except StaleEntry:  # stored between the form's look and the write: the form sees it now, and shows both texts
            return super().changeform_view(request, object_id, form_url, shown)

    # --- Writing: one service each, all through the publish gate ------------------------------

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        services.save_entry(obj, by=who(request), products=form.cleaned_data.get("products"))
        if form.overlaps:
            accept_overlaps(obj, form.overlaps, reason=form.cleaned_data["overlap_reason"], by=who(request))

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        services.delete_entries([obj], by=who(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        services.delete_entries(queryset, by=who(request))
