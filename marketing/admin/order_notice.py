"""Notices about orders in the back office: their texts, and which were sent."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from cs_platform.admin.meanwhile import MeanwhileAdmin
from cs_platform.admin.reading import ReadOnlyAdmin
from marketing.models import OrderNotice, OrderNoticeSent
from marketing.wording import NOTICE_VARIABLES, unknown_variables


class OrderNoticeForm(forms.ModelForm):
    class Meta:
        model = OrderNotice
        exclude = ()
        widgets = {"text": UnfoldAdminTextareaWidget(attrs={"rows": 4})}

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if unknown := unknown_variables(text, NOTICE_VARIABLES):
            raise ValidationError(_("The text has unknown variables: %(names)s.") % {"names": ", ".join(unknown)})
        return text


@admin.register(OrderNotice)
class OrderNoticeAdmin(MeanwhileAdmin):
    form = OrderNoticeForm
    list_display = ("show_event", "show_text", "is_urgent", "related_products", "is_active")
    list_editable = ("is_active",)
    fieldsets = (
        (None, {"fields": ("event", "text", ("is_active", "related_products"))}),
        (_("Time"), {"fields": ("is_urgent", ("quiet_from", "quiet_until"))}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("event",) if obj else ()

    @display(description=_("event"), ordering="event")
    def show_event(self, notice: OrderNotice) -> str:
        return notice.get_event_display()

    @display(description=_("text"))
    def show_text(self, notice: OrderNotice) -> str:
        return notice.text[:80]


@admin.register(OrderNoticeSent)
class OrderNoticeSentAdmin(ReadOnlyAdmin):
    """Which parcel was told of when, and why not."""

    list_display = ("show_order", "event", "show_state", "reason", "created_at", "sent_at")
    list_filter = ("event", "state")
    list_select_related = ("shipment__order",)
    search_fields = ("shipment__order__number", "shipment__tracking_number")
    fields = ("shipment", "event", "state", "reason", "message", "created_at", "sent_at")

    @display(description=_("order number"))
    def show_order(self, sent: OrderNoticeSent) -> str:
        return sent.shipment.order.number

    @display(
        description=_("state"),
        ordering="state",
        label={"pending": "warning", "sent": "success", "skipped": "default"},
    )
    def show_state(self, sent: OrderNoticeSent) -> tuple[str, str]:
        return sent.state, sent.get_state_display()
