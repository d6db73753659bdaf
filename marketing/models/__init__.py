"""What marketing keeps: cards, triggers, leads, segments, broadcasts, notices about orders."""

from marketing.models.broadcast import Broadcast, BroadcastRecipient
from marketing.models.card import Card
from marketing.models.lead import Lead, LeadCapture, Source
from marketing.models.order_notice import OrderNotice, OrderNoticeSent
from marketing.models.segment import Segment
from marketing.models.trigger import Trigger, TriggerFiring

__all__ = [
    "Broadcast",
    "BroadcastRecipient",
    "Card",
    "Lead",
    "LeadCapture",
    "OrderNotice",
    "OrderNoticeSent",
    "Segment",
    "Source",
    "Trigger",
    "TriggerFiring",
]
