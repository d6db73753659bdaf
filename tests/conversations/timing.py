"""Time passes without anybody waiting: every moment of the conversations moves back."""

from datetime import timedelta

from django.db.models import F

from conversations.models import Conversation
from conversations.services.overdue import sweep_deadlines

MOMENTS = ("deadline", "waiting_since", "queued_at", "taken_at", "last_message_at", "turn_due_at", "turn_lease_until")


def time_passes(conversation: Conversation, seconds: float) -> None:
    """So many seconds later, the ticker looks at what is due."""
    then = {name: F(name) - timedelta(seconds=seconds) for name in MOMENTS}
    Conversation.objects.filter(pk=conversation.pk).update(**then)
    sweep_deadlines()
    conversation.refresh_from_db()
