"""What all sweeps share: each row by itself, and not for ever."""

import logging
import time
from collections.abc import Callable, Iterable

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
