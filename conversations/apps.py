"""Conversations: the only place where a customer, an answer and a decision meet."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("Conversations")
    role_permissions = {
        "manager": [
            "answer_conversation",
            "view_conversation",
            "view_message",
            "view_customer",
            "change_customer",
            "delete_customer",
            "add_order",
            "view_order",
            "add_ticket",
            "change_ticket",
            "view_ticket",
            "add_tickettarget",
            "change_tickettarget",
            "delete_tickettarget",
            "view_tickettarget",
            "view_rating",
            "view_suggestion",
            "view_cannedreply",
            "add_cannedreply",
            "change_cannedreply",
            "delete_cannedreply",
            "view_escalationstep",
            "add_escalationstep",
            "change_escalationstep",
            "delete_escalationstep",
            "view_outbounddelivery",
            "view_inboundpayload",
        ],
        "agent": [
            "answer_conversation",
            "view_conversation",
            "view_message",
            "view_customer",
            "view_order",
            "add_ticket",
            "change_ticket",
            "view_ticket",
            "view_rating",
        ],
    }
