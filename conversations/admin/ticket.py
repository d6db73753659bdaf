"""Tickets for managers: to filter, read and export; the work on them is done on the console's pages."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from conversations.admin.exporting import EXPORT_BUTTONS, Column, ExportMixin, moment, short_moment
from conversations.models import Ticket, TicketTarget
from conversations.ticket_history import history_in_words
from cs_platform.admin.reading import ReadOnlyAdmin


class OverdueFilter(admin.SimpleListFilter):
    title = pgettext_lazy("tickets", "Overdue")
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", pgettext_lazy("tickets", "Overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        overdue = Ticket.objects.overdue(timezone.now())
        return queryset.filter(pk__in=overdue.values("pk")) if self.value() else queryset


@admin.register(Ticket)
class TicketAdmin(ExportMixin, ReadOnlyAdmin):
    export_name = "tickets"
    list_display = (
        *("show_number", "subject", "type", "show_status", "show_priority", "show_owner", "customer", "show_due"),
        "show_created",
    )
    list_filter = ("status", "type", "priority", OverdueFilter, "source", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("owner", "customer", "order")
    list_per_page = 50
    search_fields = ("number", "subject", "order__number", "customer__name", "customer__phone", "contact")
    search_help_text = _("Ticket, order, last digits of a phone, words")
    actions = ("export_selected",)
    actions_list = (EXPORT_BUTTONS,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("show_number", "subject"),
                    "description",
                    ("type", "status"),
                    ("priority", "source"),
                    ("owner", "group"),
                    ("customer", "conversation"),
                    ("order", "contact"),
                    ("created_at", "due_at"),
                    ("first_response_at", "solved_at"),
                )
            },
        ),
        (_("History"), {"fields": ("course",)}),
    )
    readonly_fields = ("show_number", "course")

    def export_columns(self) -> Sequence[Column]:
        return (
            (_("number"), lambda ticket: ticket.number),
            (_("subject"), lambda ticket: ticket.subject),
            (_("description"), lambda ticket: ticket.description),
            (_("type"), lambda ticket: ticket.get_type_display()),
            (_("status"), lambda ticket: ticket.get_status_display()),
            (_("priority"), lambda ticket: ticket.get_priority_display()),
            (_("source"), lambda ticket: ticket.get_source_display()),
            (pgettext_lazy("ticket", "owner"), lambda ticket: ticket.owner.public_name if ticket.owner else ""),
            (_("customer"), lambda ticket: ticket.customer.public_name if ticket.customer else ""),
            (_("order number"), lambda ticket: ticket.order.number if ticket.order else ""),
            (_("contact"), lambda ticket: ticket.contact),
            (_("created"), lambda ticket: moment(ticket.created_at)),
            (pgettext_lazy("ticket", "due"), lambda ticket: moment(ticket.due_at)),
            (_("first response"), lambda ticket: moment(ticket.first_response_at)),
            (_("solved at"), lambda ticket: moment(ticket.solved_at)),
        )

    @display(description=_("History"))
    def course(self, ticket: Ticket) -> SafeString:
        return render_to_string("admin/conversations/ticket.html", {"history": history_in_words(ticket)})

    @display(description=_("number"), ordering="number")
    def show_number(self, ticket: Ticket) -> str:
        url = reverse("console-ticket", args=[ticket.number])
        return format_html('<a class="whitespace-nowrap" href="{}">{}</a>', url, ticket.number)

    @display(
        description=_("status"),
        ordering="status",
        label={"open": "info", "pending": "warning", "solved": "success", "closed": "default"},
    )
    def show_status(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.status, ticket.get_status_display()

    @display(
        description=_("priority"),
        ordering="priority",
        label={"urgent": "danger", "high": "warning", "normal": "default", "low": "default"},
    )
    def show_priority(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.priority, ticket.get_priority_display()

    @display(description=pgettext_lazy("ticket", "owner"), ordering="owner")
    def show_owner(self, ticket: Ticket) -> str:
        return ticket.owner.public_name if ticket.owner else "—"

    @display(description=pgettext_lazy("ticket", "due"), ordering="due_at", label={True: "danger", False: "default"})
    def show_due(self, ticket: Ticket) -> tuple[bool, str]:
        return ticket.is_overdue(timezone.now()), moment(ticket.due_at)[:16] or "—"

    @display(description=_("created"), ordering="created_at")
    def show_created(self, ticket: Ticket) -> str:
        return short_moment(ticket.created_at)


@admin.register(TicketTarget)
class TicketTargetAdmin(ModelAdmin):
    """The shop's own time limits; where there is none, those that everybody starts with hold."""

    list_display = ("show_type", "show_priority", "hours", "in_service_hours")
    fieldsets = ((None, {"fields": (("type", "priority"), "hours", "in_service_hours")}),)
    list_before_template = "admin/conversations/ticket_targets.html"

    @display(description=_("type"), ordering="type")
    def show_type(self, target: TicketTarget) -> Any:
        return target.get_type_display() or _("All types")

    @display(description=_("priority"), ordering="priority")
    def show_priority(self, target: TicketTarget) -> Any:
        return target.get_priority_display() or _("All priorities")
