"""Back office of conversations: chats to read, customers, orders and tickets to look up, import and export."""

from conversations.admin.assist import CannedReplyAdmin, SuggestionAdmin
from conversations.admin.conversations import ConversationAdmin, EscalationStepAdmin, MessageAdmin, RatingAdmin
from conversations.admin.customer import CustomerAdmin
from conversations.admin.order import OrderAdmin
from conversations.admin.platform import InboundPayloadAdmin, OutboundDeliveryAdmin
from conversations.admin.strategy import WeighedChannelAdmin, WeighedStrategyAdmin
from conversations.admin.ticket import TicketAdmin, TicketTargetAdmin

__all__ = [
    "CannedReplyAdmin",
    "ConversationAdmin",
    "CustomerAdmin",
    "EscalationStepAdmin",
    "InboundPayloadAdmin",
    "MessageAdmin",
    "OrderAdmin",
    "OutboundDeliveryAdmin",
    "RatingAdmin",
    "SuggestionAdmin",
    "TicketAdmin",
    "TicketTargetAdmin",
    "WeighedChannelAdmin",
    "WeighedStrategyAdmin",
]
