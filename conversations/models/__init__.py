"""Customers, their conversations and every message of them; their orders and tickets."""

from conversations.models.assist import CannedReply, Suggestion
from conversations.models.attachment import Attachment
from conversations.models.card_submission import CardSubmission
from conversations.models.conversation import Conversation
from conversations.models.customer import Customer, CustomerIdentity
from conversations.models.escalation import EscalationStep
from conversations.models.message import Message
from conversations.models.order import Order, OrderItem, Shipment
from conversations.models.platform import ChannelToken, InboundPayload, OutboundDelivery, PlatformThread
from conversations.models.rating import Rating
from conversations.models.ticket import Ticket, TicketDay, TicketHistory, TicketTarget
from conversations.models.walk import Walk
from conversations.models.wrong_reply import WrongReply

__all__ = [
    "Attachment",
    "CannedReply",
    "CardSubmission",
    "ChannelToken",
    "Conversation",
    "Customer",
    "CustomerIdentity",
    "EscalationStep",
    "InboundPayload",
    "Message",
    "Order",
    "OrderItem",
    "OutboundDelivery",
    "PlatformThread",
    "Rating",
    "Shipment",
    "Suggestion",
    "Ticket",
    "TicketDay",
    "TicketHistory",
    "TicketTarget",
    "Walk",
    "WrongReply",
]
