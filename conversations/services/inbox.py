"""A customer's message comes in: stored once, acknowledged after the commit, then announced."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from conversations import board
from conversations.frames import attachment_frames, encode, iso
from conversations.models import Conversation, Message
from conversations.services.incoming import Incoming, Receipt, append_customer_messages
from conversations.services.leaving import begin_leaving
from conversations.services.turn import take_turn
from cs_platform.group_commit import GroupCommit
from cs_platform.jobs import live_lane
from cs_platform.realtime import conversation_group, push_many
from routing.phrases import asks_to_leave_message

logger = logging.getLogger(__name__)

_running: set["asyncio.Task[None]"] = set()


async def receive_message(incoming: Incoming) -> Receipt:
    """Store one message from a live socket; returns after the commit.

    A repeat of a known client id changes nothing and gets the first one's number. Raises `Busy` when the
    server cannot keep up, `ClientIdReused`, `UnknownAttachment` and `UnknownConversation` when the message cannot be
    stored.
    """
    receipt = await _writer.submit(incoming)
    if receipt.error is not None:
        raise receipt.error
    return receipt


def close_writer() -> None:
    """Write what waits and release the connection (tests, shutdown)."""
    _writer.close()


def customer_event(receipt: Receipt) -> dict[str, Any]:
    """What everybody who follows the conversation gets of a stored message."""
    incoming = receipt.incoming
    frame = {
        "type": "message",
        "id": receipt.id,
        "seq": receipt.seq,
        "sender": Message.Sender.CUSTOMER.value,
        "name": incoming.author_name,
        "text": incoming.text,
        "card": None,
        "options": [],
        "attachments": attachment_frames(receipt.attached),
        "created_at": iso(receipt.created_at),
    }
    return {
        "type": "chat.message",
        "conversation": incoming.conversation_id,
        "seq": receipt.seq,
        "frame": encode(frame),
    }


def reopened_event(receipt: Receipt) -> dict[str, Any]:
    """The customer wrote to a closed conversation: the AI has it again."""
    frame = {"type": "status", "status": "ai", "position": None, "agent": None}
    return {"type": "chat.status", "conversation": receipt.incoming.conversation_id, "frame": encode(frame)}


def _announce(receipts: Sequence[Receipt]) -> None:
    """On the event loop, once per committed batch: push, and let the AI take its turn.

    A repeat is pushed again: it comes when no acknowledgement arrived, so the process that stored it may have died
    before it told anybody. Who has the message already passes it over by its number.
    """
    stored = [receipt for receipt in receipts if receipt.error is None]
    fresh = [receipt for receipt in stored if not receipt.is_repeat]
    if not stored:
        return
    pushes = [(conversation_group(r.incoming.conversation_id), customer_event(r)) for r in stored]
    pushes += [
        (conversation_group(r.incoming.conversation_id), reopened_event(r))
        for r in fresh
        if r.owner == Conversation.Owner.NONE
    ]
    _in_background(push_many(pushes))
    board.mark_changed(receipt.incoming.conversation_id for receipt in stored)
    loop = asyncio.get_running_loop()
    for receipt in fresh:
        if receipt.owner in (Conversation.Owner.AI, Conversation.Owner.NONE):
            turn = (receipt.incoming.conversation_id,)
            loop.call_later(settings.TURN_SETTLE_SECONDS + 0.02, live_lane.submit, take_turn, turn)
        elif receipt.owner == Conversation.Owner.QUEUE and asks_to_leave_message(receipt.incoming.text):
            live_lane.submit(begin_leaving, (receipt.incoming.conversation_id,))


def _in_background(work: Any) -> None:
    """Run without waiting, and keep a reference: the loop itself keeps none."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_finished)


def _finished(task: "asyncio.Task[None]") -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()):
        logger.error("background work failed", exc_info=error)


_writer: GroupCommit[Incoming, Receipt] = GroupCommit(append_customer_messages, announce=_announce)
