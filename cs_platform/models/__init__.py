"""Rows that every app stands on."""

from cs_platform.models.api_key import ApiKey
from cs_platform.models.audit import AuditEntry
from cs_platform.models.due import DueItem
from cs_platform.models.heartbeat import Heartbeat
from cs_platform.models.notice import NoticeDelivery, NoticeTarget
from cs_platform.models.outbox import OutboxItem
from cs_platform.models.second_factor import RecoveryCode, SecondFactor
from cs_platform.models.stored_reply import StoredReply
from cs_platform.models.user import User, user_name
from cs_platform.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiKey",
    "AuditEntry",
    "DueItem",
    "Heartbeat",
    "NoticeDelivery",
    "NoticeTarget",
    "OutboxItem",
    "RecoveryCode",
    "SecondFactor",
    "StoredReply",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
    "user_name",
]
