"""The customers of a broadcast, to look through and to export."""

from collections.abc import Sequence

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from conversations.admin.exporting import EXPORT_BUTTONS, Column, ExportMixin, moment
from cs_platform.admin.reading import ReadOnlyAdmin
from marketing.models import BroadcastRecipient


@admin.register(BroadcastRecipient)
class BroadcastRecipientAdmin(ExportMixin, ReadOnlyAdmin):
    export_name = "broadcast-recipients"
    list_display = ("customer", "broadcast", "show_state", "reason", "coupon", "show_conversation", "sent_at")
    list_filter = ("broadcast", "state", "reason")
    list_filter_submit = True
    list_select_related = ("customer", "broadcast", "conversation")
    list_per_page = 50
    search_fields = ("customer__name", "customer__phone", "coupon")
    search_help_text = _("Name or phone of the customer, coupon")
    actions = ("export_selected",)
    actions_list = (EXPORT_BUTTONS,)
    fields = ("broadcast", "customer", "conversation", "state", "reason", "coupon", "attempts", "due_at", "sent_at")

    def export_columns(self) -> Sequence[Column]:
        return (
            (_("broadcast"), lambda row: row.broadcast.name),
            (_("customer"), lambda row: row.customer.public_name),
            (_("state"), lambda row: row.get_state_display()),
            (_("reason"), lambda row: row.get_reason_display()),
            (_("coupon"), lambda row: row.coupon),
            (_("sent"), lambda row: moment(row.sent_at)),
        )

    @display(
        description=_("state"),
        ordering="state",
        label={"pending": "warning", "sending": "warning", "sent": "success", "failed": "danger", "skipped": "default"},
    )
    def show_state(self, row: BroadcastRecipient) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description=_("conversation"))
    def show_conversation(self, row: BroadcastRecipient) -> str:
        url = reverse("admin:conversations_conversation_change", args=[row.conversation_id])
        return format_html('<a href="{}">{}</a>', url, row.conversation)
