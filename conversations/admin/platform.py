"""What went to messaging platforms and what came from them: why something did not arrive, and once more, please."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from conversations.models import InboundPayload, OutboundDelivery
from conversations.services.deliveries import send_again
from cs_platform import audit
from cs_platform.admin.reading import ReadOnlyAdmin
from cs_platform.models import User


@admin.register(OutboundDelivery)
class OutboundDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "show_text", "channel", "show_state", "error", "attempts")
    list_filter = ("state", "reason", "channel", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("message", "channel")
    list_per_page = 50
    show_full_result_count = False
    actions = ("send_selected_again",)
    fieldsets = (
        (None, {"fields": ("show_text", "show_conversation", "channel", "state")}),
        (
            _("How it went"),
            {"fields": ("reason", "error", "attempts", "parts_sent", "next_at", "sent_at", "platform_id")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("show_text", "show_conversation")

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return cast(User, request.user).has_perm("conversations.answer_conversation")

    @action(description=_("Send the failed ones again"), permissions=["send_again"])
    def send_selected_again(self, request: HttpRequest, queryset: "QuerySet[OutboundDelivery]") -> None:
        sent = [delivery for delivery in queryset if send_again(delivery)]
        for delivery in sent:
            audit.record("delivery.sent_again", delivery, by=cast(User, request.user))
        text = ngettext(
            "%(count)d message is on its way again.", "%(count)d messages are on their way again.", len(sent)
        )
        messages.success(request, text % {"count": len(sent)})

    @display(description=_("message"))
    def show_text(self, delivery: OutboundDelivery) -> str:
        return str(delivery.message)

    @display(description=_("conversation"))
    def show_conversation(self, delivery: OutboundDelivery) -> SafeString:
        url = reverse("admin:conversations_conversation_change", args=[delivery.conversation_id])
        return format_html('<a href="{}">{}</a>', url, delivery.conversation)

    @display(
        description=_("state"), ordering="state", label={"waiting": "warning", "sent": "success", "failed": "danger"}
    )
    def show_state(self, delivery: OutboundDelivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()


@admin.register(InboundPayload)
class InboundPayloadAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "channel", "show_state", "key", "error")
    list_filter = ("state", "channel", ("received_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("channel",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("key", "sender")
    search_help_text = _("The platform's number of a message or of a customer")
    fieldsets = (
        (None, {"fields": (("received_at", "channel"), ("state", "attempts"), "key", "sender", "error", "body")}),
    )

    @display(
        description=_("state"),
        ordering="state",
        label={"waiting": "warning", "done": "success", "ignored": "default", "failed": "danger"},
    )
    def show_state(self, payload: InboundPayload) -> tuple[str, str]:
        return payload.state, payload.get_state_display()
