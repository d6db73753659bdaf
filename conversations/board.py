"""Tells every open console what changed, a few times a second at most, however busy the shop is."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from conversations.frames import ROW_FIELDS, Frame, conversation_row, row_of
from conversations.models import Conversation
from cs_platform.realtime import INBOX_GROUP, push_many, push_on_commit
from cs_platform.threads import in_database

logger = logging.getLogger(__name__)

COLLECT_SECONDS = 0.25
GATHER_SECONDS = 0.05  # consoles hear of a change together, and together they ask for the counts


class _Board:
    """Collects the conversations of one event loop that changed, and pushes their rows together."""

    def __init__(self) -> None:
        self._changed: set[int] = set()
        self._task: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[dict[str, Any]] | None = None

    def mark(self, ids: Iterable[int]) -> None:
        self._changed.update(ids)
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._push_later())

    async def _push_later(self) -> None:
        while self._changed:
            await asyncio.sleep(COLLECT_SECONDS)
            ids, self._changed = self._changed, set()
            try:
                rows = await in_database(load_rows, ids)
            except Exception:  # a hint only: the lists are read again from the database
                logger.exception("the rows of %d changed conversations could not be read", len(ids))
                continue
            await push_many([(INBOX_GROUP, {"type": "inbox.rows", "rows": rows})])

    async def counts(self) -> dict[str, Any]:
        """Read after this was called, but once for all who call it in the same moment."""
        if self._counting is None:
            self._counting = asyncio.ensure_future(self._count())
        return await asyncio.shield(self._counting)

    async def _count(self) -> dict[str, Any]:
        await asyncio.sleep(GATHER_SECONDS)
        self._counting = None  # whoever comes from here on may know of a later change
        return await in_database(count_by_owner)


_boards: dict[asyncio.AbstractEventLoop, _Board] = {}


def mark_changed(ids: Iterable[int]) -> None:
    """On the event loop: these conversations' rows should reach the consoles soon."""
    _board().mark(ids)


async def current_counts() -> dict[str, Any]:
    """On the event loop: `count_by_owner` as it is now."""
    return await _board().counts()


def _board() -> _Board:
    loop = asyncio.get_running_loop()
    board = _boards.get(loop)
    if board is None:
        _boards.clear()  # a loop that is gone (tests) must not be kept alive
        board = _boards[loop] = _Board()
    return board


def push_row(conversation: Conversation) -> None:
    """From a service, in its transaction: this conversation's row reaches the consoles after the commit."""
    push_on_commit(INBOX_GROUP, {"type": "inbox.rows", "rows": [conversation_row(conversation)]})


def load_rows(ids: Iterable[int]) -> list[Frame]:
    rows = Conversation.objects.filter(pk__in=list(ids)).order_by()
    return [row_of(values) for values in rows.values(*ROW_FIELDS)]


def count_by_owner() -> dict[str, Any]:
    """How many open conversations wait, are with the AI, and are with each agent (by user id)."""
    counts: dict[str, Any] = {"queue": 0, "ai": 0, "agents": {}}
    open_rows = Conversation.objects.open().filter(customer_seq__gt=0).values("owner", "agent_id")
    for row in open_rows.order_by().annotate(n=Count("pk")):
        if row["owner"] == Conversation.Owner.AGENT:
            counts["agents"][row["agent_id"]] = row["n"]
        else:
            counts[row["owner"]] = row["n"]
    return counts
