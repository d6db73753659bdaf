"""Conversations to read, ratings to see, who is called while customers wait. Answering happens in the console."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from conversations.frames import attachment_frames
from conversations.models import Conversation, EscalationStep, Message, Rating
from cs_platform.admin.reading import ReadOnlyAdmin

MESSAGES_SHOWN = 300


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("show_subject", "customer", "channel", "show_owner", "agent", "handoff_reason", "last_message_at")
    list_filter = ("owner", "handoff_reason", "channel", ("last_message_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("customer", "channel", "agent")
    list_per_page = 50
    search_fields = ("subject", "last_text", "customer__name", "customer__phone")
    search_help_text = _("Subject, last message, name or phone of the customer")
    fieldsets = (
        (None, {"fields": ("thread",)}),
        (
            _("Details"),
            {
                "fields": (
                    ("customer", "channel"),
                    ("owner", "agent"),
                    ("handoff_reason", "waiting_since"),
                    ("created_at", "closed_at"),
                    ("page_title", "page_url"),
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("thread",)

    @display(description=_("subject"))
    def show_subject(self, conversation: Conversation) -> str:
        return conversation.subject or conversation.last_text or f"#{conversation.pk}"

    @display(
        description=_("owner"),
        ordering="owner",
        label={"ai": "info", "queue": "danger", "agent": "success", "none": "default"},
    )
    def show_owner(self, conversation: Conversation) -> tuple[str, str]:
        return conversation.owner, conversation.get_owner_display()

    @display(description=_("messages"))
    def thread(self, conversation: Conversation) -> SafeString:
        newest = conversation.messages.select_related("entry").order_by("-seq", "-pk")[: MESSAGES_SHOWN + 1]
        messages = list(newest)[::-1]
        for message in messages:
            vars(message)["files"] = attachment_frames(message.attached)
        _name_questions(messages)
        context = {"conversation": conversation, "messages": messages[-MESSAGES_SHOWN:], "limit": MESSAGES_SHOWN}
        return render_to_string(
            "admin/conversations/thread.html", {**context, "is_cut": len(messages) > MESSAGES_SHOWN}
        )


def _name_questions(messages: list[Message]) -> None:
    """Give each reply of the AI the `asked` that it followed, so that one can look why it was given."""
    said: list[str] = []
    for message in messages:
        if message.sender == Message.Sender.CUSTOMER:
            said.append(message.text)
        elif not message.is_private:
            if message.sender == Message.Sender.AI:
                vars(message)["asked"] = " ".join(said).strip()
            said = []


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Every message, to search through."""

    list_display = ("text", "sender", "show_name", "show_conversation", "created_at")
    list_display_links = None
    list_filter = ("sender", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("conversation",)
    list_per_page = 50
    show_full_result_count = False  # counting a million rows to say so is a waste
    search_fields = ("text",)
    ordering = ("-pk",)

    @display(description=_("name shown"))
    def show_name(self, message: Message) -> str:
        return message.author_name

    @display(description=_("conversation"))
    def show_conversation(self, message: Message) -> str:
        url = reverse("admin:conversations_conversation_change", args=[message.conversation_id])
        return format_html('<a href="{}">{}</a>', url, message.conversation)


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    list_display = ("show_score", "comment", "show_conversation", "created_at")
    list_filter = ("score", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("conversation",)
    search_fields = ("comment",)

    @display(
        description=_("score"),
        ordering="score",
        label={1: "danger", 2: "danger", 3: "warning", 4: "success", 5: "success"},
    )
    def show_score(self, rating: Rating) -> tuple[int, str]:
        return rating.score, "★" * rating.score

    @display(description=_("conversation"))
    def show_conversation(self, rating: Rating) -> str:
        url = reverse("admin:conversations_conversation_change", args=[rating.conversation_id])
        return format_html('<a href="{}">{}</a>', url, rating.conversation)


@admin.register(EscalationStep)
class EscalationStepAdmin(ModelAdmin):
    """Who is called while a customer waits; the built-in steps hold where there are none."""

    list_display = ("show_step", "audience", "show_transport", "show_channel")
    list_filter = ("channel",)
    list_select_related = ("channel",)
    fieldsets = ((None, {"fields": (("after_seconds", "audience"), ("transport", "channel"))}),)

    @display(description=_("after seconds"), ordering="after_seconds")
    def show_step(self, step: EscalationStep) -> int:
        return step.after_seconds

    @display(description=_("by"), ordering="transport")
    def show_transport(self, step: EscalationStep) -> str:
        return step.get_transport_display() or gettext("everything that is set up")

    @display(description=_("channel"), ordering="channel")
    def show_channel(self, step: EscalationStep) -> str:
        return str(step.channel or gettext("All channels"))
