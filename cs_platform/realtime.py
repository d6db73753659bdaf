"""What is pushed to open browsers, and to whom: group names and the only two ways to push.

A push is a hint that something was committed. It may be lost or doubled, so a failure is logged and never
reaches the caller, and the receiver compares sequence numbers. Events are dicts with a ``type`` (the
consumer's handler: dots become underscores) and small plain values; treat them as immutable.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from cs_platform.pubsub import ResyncPubSubLayer

__all__ = [
    "INBOX_GROUP",
    "ResyncPubSubLayer",
    "conversation_group",
    "desk_group",
    "is_reachable",
    "push_many",
    "push_on_commit",
    "user_group",
]

logger = logging.getLogger(__name__)

Event = Mapping[str, Any]

SYNC_TIMEOUT_SECONDS = 1
HUNG_PAUSE_SECONDS = 2.0  # a server that hangs must not cost a worker the time-out at every single push

INBOX_GROUP = "inbox"
"""Every agent socket: list upserts and notifications."""


def conversation_group(conversation_id: int) -> str:
    """What a visitor may see of one conversation."""
    return f"conversation.{conversation_id}"


def desk_group(conversation_id: int) -> str:
    """What the agents who read a conversation see: public and private."""
    return f"desk.{conversation_id}"


def user_group(user_id: int) -> str:
    """Every open console of one user."""
    return f"user.{user_id}"


def push_on_commit(group: str, event: Event) -> None:
    """Push from any thread or process once the current transaction is committed. Never raises."""
    transaction.on_commit(partial(_publish, group, event))


async def push_many(pushes: Sequence[tuple[str, Event]]) -> None:
    """Push from the event loop after a commit, all in one round trip, without waiting for it. Never raises."""
    try:
        await _layer().group_send_many(pushes)
    except Exception:
        logger.exception("%d pushes could not be sent", len(pushes))


def is_reachable() -> bool:
    """Whether the server behind the channel layer answers. Raises what the client raises when it does not."""
    return _sync_publisher().ping()


def _layer() -> ResyncPubSubLayer:
    layer = get_channel_layer()
    if not isinstance(layer, ResyncPubSubLayer):
        raise TypeError(f"CHANNEL_LAYERS must name ResyncPubSubLayer, not {type(layer).__name__}")
    return layer


def _publish(group: str, event: Event) -> None:
    """One plain PUBLISH: ten times cheaper than a new event loop and connection for each push."""
    try:
        _sync_publisher().publish(group, event)
    except Exception:
        logger.exception("push to %s could not be sent", group)


class _SyncPublisher:
    """Publishes what the layer itself would publish, over one pooled blocking client."""

    def __init__(self, layer: ResyncPubSubLayer) -> None:
        self._layer = layer
        options = dict(layer.hosts[0])
        # A kept connection is stale after a server restart: one more try, at once. No wait for the rest.
        retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
        limits = {"socket_timeout": SYNC_TIMEOUT_SECONDS, "socket_connect_timeout": SYNC_TIMEOUT_SECONDS}
        self._client = Redis.from_url(options.pop("address"), **(options | limits), retry=retry)
        self._has_dropped = threading.Event()
        self._silent_until = 0.0

    def publish(self, group: str, event: Event) -> None:
        if time.monotonic() < self._silent_until:
            self._has_dropped.set()
            return
        try:
            if self._has_dropped.is_set():
                self._client.publish(self._layer.resync_channel, b"")
                self._has_dropped.clear()
            self._client.publish(self._layer.group_channel(group), self._layer.serialize(event))
        except (RedisError, OSError) as error:
            self._has_dropped.set()
            if isinstance(error, RedisTimeoutError):
                self._silent_until = time.monotonic() + HUNG_PAUSE_SECONDS
            logger.warning("push to %s did not reach the channel layer: %s", group, error)

    def ping(self) -> bool:
        return bool(self._client.ping())


def _sync_publisher() -> _SyncPublisher:
    return _publisher_of(_layer())


@lru_cache(maxsize=2)
def _publisher_of(layer: ResyncPubSubLayer) -> _SyncPublisher:
    # The client's pool notices a fork by itself, so one per layer is enough. Not one for ever: a benchmark that turns
    # its pushes away for a while gets another layer, and everybody after it must reach the real one again.
    return _SyncPublisher(layer)
