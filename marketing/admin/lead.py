"""Leads in the back office: who left contact details, what became of them, and all of it as a file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from conversations.admin.exporting import EXPORT_BUTTONS, Column, ExportMixin, moment
from cs_platform.contacts import clean_email, clean_phone, clean_wechat
from cs_platform.models import User
from cs_platform.text import mask_email, mask_phone, mask_wechat
from marketing.models import Lead, LeadCapture
from marketing.services.leads import CONTACTS, update_lead

_CLEANERS = {"phone": clean_phone, "wechat": clean_wechat, "email": clean_email}


class LeadForm(forms.ModelForm):
    """What people change; contact details in one spelling, and no two leads with the same."""

    class Meta:
        model = Lead
        fields = ("name", "phone", "wechat", "email", "status", "owner", "note")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in CONTACTS:
            typed = cleaned.get(name) or ""
            cleaned[name] = _CLEANERS[name](typed)
            if typed and not cleaned[name]:
                self.add_error(name, _("This cannot be read as one."))
            elif typed and Lead.objects.filter(**{name: cleaned[name]}).exclude(pk=self.instance.pk).exists():
                self.add_error(name, _("Another lead has this already."))
        if not self.errors and not any(cleaned[name] for name in CONTACTS):
            raise ValidationError(_("A lead needs a phone number, a WeChat ID or an e-mail address."))
        return cleaned


class CaptureInline(TabularInline):
    """Every time that contact details were left, as they were typed."""

    model = LeadCapture
    extra = 0
    can_delete = False
    fields = ("created_at", "source", "card", "show_values", "consent_text", "show_conversation")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeadCapture]:
        return super().get_queryset(request).select_related("card", "conversation")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("as typed"))
    def show_values(self, capture: LeadCapture) -> str:
        return " · ".join(str(value) for value in capture.values.values())

    @display(description=_("conversation"))
    def show_conversation(self, capture: LeadCapture) -> str:
        if capture.conversation_id is None:
            return "—"
        url = reverse("admin:conversations_conversation_change", args=[capture.conversation_id])
        return format_html('<a href="{}">{}</a>', url, capture.conversation)


@admin.register(Lead)
class LeadAdmin(ExportMixin):
    form = LeadForm
    export_name = "leads"
    list_display = (
        *(
            "__str__",
            "show_phone",
            "show_wechat",
            "show_email",
            "show_status",
            "show_owner",
            "channel",
            "source",
            "show_captures",
        ),
        "created_at",
    )
    list_filter = ("status", "source", "channel", "owner", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("owner", "channel", "customer")
    list_per_page = 50
    search_fields = ("name", "phone", "wechat", "email", "note")
    search_help_text = _("Name, phone, WeChat, e-mail, note")
    actions = ("mark_contacted", "mark_won", "mark_lost", "export_selected")
    actions_list = (EXPORT_BUTTONS,)
    inlines = (CaptureInline,)
    autocomplete_fields = ("owner",)
    readonly_fields = ("show_customer", "channel", "source", "consent_at", "created_at")
    fieldsets = (
        (None, {"fields": (("name", "status"), ("phone", "wechat"), ("email", "owner"), "note")}),
        (_("Where from"), {"fields": (("show_customer", "channel"), ("source", "consent_at"), "created_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        return super().get_queryset(request).annotate(capture_count=Count("captures"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Lead, form: Any, change: bool) -> None:
        update_lead(obj, by=_who(request), **{name: form.cleaned_data[name] for name in form.changed_data})

    @display(description=_("phone"), ordering="phone")
    def show_phone(self, lead: Lead) -> str:
        return mask_phone(lead.phone) or "—"

    @display(description=_("WeChat"), ordering="wechat")
    def show_wechat(self, lead: Lead) -> str:
        return mask_wechat(lead.wechat) or "—"

    @display(description=_("e-mail"), ordering="email")
    def show_email(self, lead: Lead) -> str:
        return mask_email(lead.email) or "—"

    def export_columns(self) -> Sequence[Column]:
        return (
            (_("name"), lambda lead: lead.name),
            (_("phone"), lambda lead: lead.phone),
            (_("WeChat"), lambda lead: lead.wechat),
            (_("e-mail"), lambda lead: lead.email),
            (_("status"), lambda lead: lead.get_status_display()),
            (_("source"), lambda lead: lead.get_source_display()),
            (_("channel"), lambda lead: lead.channel or ""),
            (_("customer"), lambda lead: lead.customer.public_name if lead.customer else ""),
            (pgettext_lazy("lead", "owner"), lambda lead: lead.owner.public_name if lead.owner else ""),
            (_("note"), lambda lead: lead.note),
            (_("agreed at"), lambda lead: moment(lead.consent_at)),
            (_("captured at"), lambda lead: moment(lead.created_at)),
        )

    # --- Columns ------------------------------------------------------------------------------

    @display(
        description=_("status"),
        ordering="status",
        label={"new": "danger", "contacted": "info", "won": "success", "lost": "default"},
    )
    def show_status(self, lead: Lead) -> tuple[str, str]:
        return lead.status, lead.get_status_display()

    @display(description=pgettext_lazy("lead", "owner"), ordering="owner")
    def show_owner(self, lead: Lead) -> str:
        return lead.owner.public_name if lead.owner else "—"

    @display(description=_("captures"), ordering="capture_count")
    def show_captures(self, lead: Any) -> int:
        return lead.capture_count

    @display(description=_("customer"))
    def show_customer(self, lead: Lead) -> str:
        if lead.customer is None:
            return "—"
        url = reverse("admin:conversations_customer_change", args=[lead.customer_id])
        return format_html('<a href="{}">{}</a>', url, lead.customer)

    # --- Actions ------------------------------------------------------------------------------

    @admin.action(description=_("Mark as contacted"), permissions=["change"])
    def mark_contacted(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        self._mark(request, queryset, Lead.Status.CONTACTED)

    @admin.action(description=_("Mark as won"), permissions=["change"])
    def mark_won(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        self._mark(request, queryset, Lead.Status.WON)

    @admin.action(description=_("Mark as lost"), permissions=["change"])
    def mark_lost(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        self._mark(request, queryset, Lead.Status.LOST)

    def _mark(self, request: HttpRequest, queryset: QuerySet[Lead], status: str) -> None:
        leads = list(queryset)
        for lead in leads:
            update_lead(lead, by=_who(request), status=status)
        text = ngettext("%(count)d lead changed.", "%(count)d leads changed.", len(leads))
        messages.success(request, text % {"count": len(leads)})


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
