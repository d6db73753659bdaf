"""Is the visitor still there? The widget pings every 20 seconds; each ping leaves a mark that fades.

The mark lies in the cache: a thousand open chats would otherwise write to the database fifty times a second. It
outlives a web process, and after a loss of the cache the next ping renews it.
"""

import logging

from django.core.cache import cache

PRESENT_SECONDS = 50

logger = logging.getLogger(__name__)


def mark_present(conversation_id: int) -> None:
    """The visitor's browser has just been heard."""
    try:
        cache.set(_key(conversation_id), 1, PRESENT_SECONDS)
    except Exception:  # whatever the cache's client raises: the chat goes on without it
        logger.debug("presence of %d could not be kept", conversation_id)


def mark_left(conversation_id: int) -> None:
    """A browser of the visitor has gone; another one, if there is one, marks it again with its next ping."""
    try:
        cache.delete(_key(conversation_id))
    except Exception:
        logger.debug("leaving of %d could not be kept", conversation_id)


def is_present(conversation_id: int) -> bool:
    """Whether a browser of the visitor was heard lately; not, when the cache is away."""
    try:
        return cache.get(_key(conversation_id)) is not None
    except Exception:
        return False


def _key(conversation_id: int) -> str:
    return f"visitor-present:{conversation_id}"
