"""A conversation's row is the counter of its messages: the statements with which customers' messages raise it.

Their text depends on nothing but the number of rows. A database that has met a text before need not compile it again,
and of a message that comes alone compiling was the dearest part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from conversations.models import Conversation


@dataclass(slots=True)
class Growth:
    """What a batch brings to one conversation. `opening` may become its subject, `preview` is what lists show."""

    conversation_id: int
    opening: str = ""
    preview: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """A conversation after it was raised; `owner` is who had it before, nobody for a closed one."""

    last_seq: int
    owner: str


def raise_counters(growths: Sequence[Growth], now: datetime) -> dict[int, Raised]:
    """Count messages, and note on their conversations that the customer waits. Opens closed ones again for the AI.

    Conversations that do not exist are missing from what is returned. The rows stay locked until the caller's
    transaction ends.
    """
    # A transaction that writes has SQLite to itself.
    if connection.features.has_select_for_update:
        _lock(growth.conversation_id for growth in growths)
    raised = {pk: Raised(seq, owner) for pk, seq, owner in _run(_CONTINUE, growths, now)}
    if len(raised) < len(growths):
        closed = [growth for growth in growths if growth.conversation_id not in raised]
        nobody = Conversation.Owner.NONE.value
        raised |= {pk: Raised(seq, nobody) for pk, seq, _ in _run(_REOPEN, closed, now)}
    return raised


def _lock(ids: Iterable[int]) -> None:
    """In one order everywhere, or two batches that share conversations wait for each other."""
    numbers = sorted(ids)
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(numbers))
        cursor.execute(
            f"SELECT id FROM conversations_conversation WHERE id IN ({marks}) ORDER BY id FOR UPDATE",  # noqa: S608
            numbers,
        )


def _run(changes: str, growths: Sequence[Growth], now: datetime) -> list[tuple[int, int, str]]:
    moments = (
        now,
        now + timedelta(seconds=settings.TURN_SETTLE_SECONDS),
        now + timedelta(seconds=settings.FIRST_LOOK_SECONDS),
        now + timedelta(seconds=settings.LEAVING_PAUSE_SECONDS),
    )
    values: list[Any] = [stored_moment(moment) for moment in moments]
    for growth in growths:
        values += (growth.conversation_id, growth.opening, growth.preview, growth.amount)
    with connection.cursor() as cursor:
        cursor.execute(_statement(changes, len(growths)), values)
        return cursor.fetchall()


@lru_cache(maxsize=512)  # two texts for each size of a batch
def _statement(changes: str, amount: int) -> str:
    rows = ", ".join(["(%s, %s, %s, %s)"] * amount)
    return _RAISE.format(rows=rows, changes=changes)


# Apart, because a column that is set costs its indexes and constraints even where its value stays.
_CONTINUE = """
  subject = CASE subject WHEN '' THEN fresh.opening ELSE subject END
FROM fresh, moment WHERE conversations_conversation.id = fresh.conversation AND status = 'open'
"""
# The customer writes to a closed conversation: a new episode. The AI has it, and old misses are forgotten.
_REOPEN = """
  subject = fresh.opening,
  epoch = epoch + 1,
  misses = 0,
  handoff_reason = '',
  episode_seq = last_seq,
  priority = 0,
  group_id = NULL,
  closed_at = NULL,
  owner = 'ai',
  status = 'open'
FROM fresh, moment WHERE conversations_conversation.id = fresh.conversation AND status = 'closed'
"""
_RAISE = """
WITH moment(now, turn_due, look, pause) AS (VALUES (%s, %s, %s, %s)),
fresh(conversation, opening, preview, amount) AS (VALUES {rows})
UPDATE conversations_conversation SET
  last_seq = last_seq + fresh.amount,
  customer_seq = last_seq + fresh.amount,
  last_text = fresh.preview,
  last_message_at = moment.now,
  unread = unread + fresh.amount,
  waiting_since = COALESCE(waiting_since, moment.now),
  turn_due_at = moment.turn_due,
  deadline = CASE WHEN owner = 'queue' THEN CASE WHEN leaving_seq IS NULL THEN deadline ELSE moment.pause END
             WHEN waiting_since IS NULL OR deadline IS NULL THEN moment.look ELSE deadline END,
  {changes}
RETURNING id, last_seq, owner
"""


def stored_moment(moment: datetime) -> Any:
    """A moment as this database stores it."""
    return connection.ops.adapt_datetimefield_value(moment)
