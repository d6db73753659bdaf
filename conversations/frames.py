"""Rows as the JSON that sockets speak (CONTRACT §4 and §5). Pure: no query is made here."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from conversations.models import Conversation, Message

Frame = dict[str, Any]


def iso(moment: datetime | None) -> str | None:
    """A moment in UTC, to the millisecond, as JavaScript writes it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(frame: Mapping[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def message_frame(message: Message) -> Frame:
    """One public message as the customer sees it."""
    return {
        "type": "message",
        "id": message.pk,
        "seq": message.seq,
        "sender": message.sender,
        "name": message.author_name,
        "text": message.text,
        "card": message.card,
        "options": message.options,
        "attachments": [],
        "created_at": iso(message.created_at),
    }


def desk_message_frame(message: Message) -> Frame:
    """One message as an agent sees it: private ones are marked."""
    frame = {"conversation": message.conversation_id, **message_frame(message)}
    if message.is_private:
        frame["private"] = True
    return frame


def for_desk(conversation_id: int, visitor_frame: str) -> str:
    """An encoded visitor frame made an agent's frame without decoding it again."""
    return f'{{"conversation":{conversation_id},{visitor_frame[1:]}'


def status_frame(conversation: Conversation, position: int | None) -> Frame:
    """Who the customer is with now; `position` counts from 1 while the customer waits."""
    agent = conversation.agent
    return {
        "type": "status",
        "status": conversation.visitor_status,
        "position": position,
        "agent": {"name": agent.public_name, "avatar": None} if agent else None,
    }


def conversation_row(conversation: Conversation) -> Frame:
    """CONVERSATION of CONTRACT §5; needs `customer`, `channel` and `agent` selected."""
    customer, agent = conversation.customer, conversation.agent
    return {
        "id": conversation.pk,
        "status": conversation.status,
        "owner": conversation.owner,
        "epoch": conversation.epoch,
        "channel": conversation.channel.key,
        "channel_name": conversation.channel.name,
        "customer": {"id": customer.pk, "name": customer.public_name, "level": customer.level},
        "subject": conversation.subject,
        "last_message": conversation.last_text,
        "last_message_at": iso(conversation.last_message_at),
        "unread": conversation.unread,
        "waiting_since": iso(conversation.waiting_since),
        "queued_at": iso(conversation.queued_at),
        "priority": conversation.priority,
        "handoff_reason": conversation.handoff_reason or None,
        "tags": conversation.tags,
        "agent": {"id": agent.pk, "name": agent.public_name} if agent else None,
        "page": {"url": conversation.page_url, "title": conversation.page_title},
    }
