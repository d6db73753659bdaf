"""Figures of the queue for Prometheus."""

from django.db.models import Count, Min
from django.utils import timezone

from conversations.models import Conversation
from cs_platform.metrics import Values, register_gauge
from routing.models import Agent


def _open_by_owner() -> Values:
    rows = Conversation.objects.open().order_by().values("owner").annotate(n=Count("pk"))
    return dict.fromkeys(("ai", "queue", "agent"), 0.0) | {row["owner"]: row["n"] for row in rows}


def _longest_wait() -> float:
    oldest = Conversation.objects.queued().aggregate(at=Min("queued_at"))["at"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


register_gauge("cs_conversations_open", "Open conversations", _open_by_owner, label="owner")
register_gauge("cs_queue_longest_wait_seconds", "How long the first in the queue has waited", _longest_wait)
register_gauge("cs_agents_present", "Agents with an open console", lambda: Agent.objects.present().count())
