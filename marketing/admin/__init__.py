"""Back office of marketing: cards, triggers, leads, segments, broadcasts, notices about orders."""

from marketing.admin.broadcast import BroadcastAdmin
from marketing.admin.card import CardAdmin
from marketing.admin.lead import LeadAdmin
from marketing.admin.order_notice import OrderNoticeAdmin, OrderNoticeSentAdmin
from marketing.admin.recipient import BroadcastRecipientAdmin
from marketing.admin.segment import SegmentAdmin
from marketing.admin.trigger import TriggerAdmin

__all__ = [
    "BroadcastAdmin",
    "BroadcastRecipientAdmin",
    "CardAdmin",
    "LeadAdmin",
    "OrderNoticeAdmin",
    "OrderNoticeSentAdmin",
    "SegmentAdmin",
    "TriggerAdmin",
]
