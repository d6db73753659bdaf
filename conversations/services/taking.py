"""What changes on a conversation when an agent gets it, by a click or automatically."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from conversations.models import Conversation


def taking(before: Conversation, user_id: int) -> dict[str, Any]:
    """The changes for the conversation that was read as `before`."""
    now = timezone.now()
    is_waiting = before.waiting_since is not None
    look = settings.FIRST_LOOK_SECONDS if is_waiting else settings.IDLE_LOOK_SECONDS
    return {
        "owner": Conversation.Owner.AGENT,
        "agent_id": user_id,
        "last_agent_id": user_id,
        "passed_by_id": None,
        "epoch": F("epoch") + 1,
        "taken_at": now,
        "queued_at": None,
        "queued_position": None,
        "place_seconds": _seconds_per_place(before, now),
        "alerts_sent": 0,
        "leaving_seq": None,
        "deadline": now + timedelta(seconds=look),
        "turn_lease_until": None,
    }


def _seconds_per_place(before: Conversation, now: Any) -> float | None:
    """What one place in the queue took. Of a wait that began while nobody was there nothing can be learnt."""
    if before.queued_at is None or not before.queued_position:
        return None
    return float((now - before.queued_at).total_seconds() / before.queued_position)
