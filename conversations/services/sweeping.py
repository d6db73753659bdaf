"""What all sweeps share: each row by itself, and not for ever."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from conversations.models import Conversation

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0  # an overload must not keep the other sweeps and the heartbeat waiting


def for_each(ids: Iterable[int], work: Callable[[int], None]) -> None:
    """One conversation that cannot be helped must not keep help from those behind it, round after round."""
    until = time.monotonic() + SWEEP_SECONDS
    for conversation_id in ids:
        if time.monotonic() > until:
            return
        try:
            work(conversation_id)
        except Exception:
            logger.exception("a sweep could not help conversation %d", conversation_id)


def look_again(conversation: Conversation, at: datetime | None, **changes: object) -> bool:
    """Move the deadline on, once however many look at it; True for the one who did.

    Not when the conversation has changed meanwhile: then the deadline has become that of the change.
    """
    same = Conversation.objects.filter(
        pk=conversation.pk,
        epoch=conversation.epoch,
        deadline=conversation.deadline,
        last_seq=conversation.last_seq,
    )
    return same.update(deadline=at, **changes) == 1
