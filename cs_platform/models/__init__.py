"""Rows that every app stands on."""

from cs_platform.models.audit import AuditEntry
from cs_platform.models.due import DueItem
from cs_platform.models.heartbeat import Heartbeat
from cs_platform.models.outbox import OutboxItem
from cs_platform.models.user import User, user_name

__all__ = ["AuditEntry", "DueItem", "Heartbeat", "OutboxItem", "User", "user_name"]
