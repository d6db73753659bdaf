"""Rows as the JSON that sockets speak (CONTRACT §4 and §5). Pure: no query is made here."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from conversations.links import attachment_path
from conversations.models import Conversation, Message
from conversations.models.customer import customer_name
from conversations.outlook import Outlook
from cs_platform.models import user_name

Frame = dict[str, Any]


def iso(moment: datetime | None) -> str | None:
    """A moment in UTC, to the millisecond, as JavaScript writes it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # `json.dumps` would make one for each frame


def encode(frame: Mapping[str, Any]) -> str:
    return _encoder.encode(frame)


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
        "attachments": attachment_frames(message.attached),
        "created_at": iso(message.created_at),
    }


def attachment_frames(attached: Sequence[Mapping[str, Any]]) -> list[Frame]:
    """What a message keeps of its attachments, with addresses that open them for a day or two."""
    return [{**one, "url": attachment_path(one["id"], one["name"])} for one in attached]


def desk_message_frame(message: Message) -> Frame:
    """One message as an agent sees it: private ones are marked, and those that nobody wrote say why they came."""
    frame = {"conversation": message.conversation_id, **message_frame(message)}
    if message.is_private:
        frame["private"] = True
    if why := why_of(message):
        frame["why"] = why
    return frame


WHY_FIELDS = (
    *("decision", "reason", "from", "name", "to_group", "group_name", "position", "wait_seconds", "ticket"),
    *("confidence", "intent", "sentiment", "rule", "rephrased", "card"),
)


def why_of(message: Message) -> Frame | None:
    """What agents see of the reason for a message that the AI or the platform wrote; None for people's words."""
    if message.sender not in (Message.Sender.SYSTEM, Message.Sender.AI) or not message.decision:
        return None
    why = {name: message.decision[name] for name in WHY_FIELDS if message.decision.get(name) not in (None, "")}
    return {**why, "entry_id": message.entry_id} if message.entry_id else why


def for_desk(conversation_id: int, visitor_frame: str, why: Mapping[str, Any] | None = None) -> str:
    """An encoded visitor frame made an agent's frame without decoding it again."""
    reason = f'"why":{encode(why)},' if why else ""
    return f'{{"conversation":{conversation_id},{reason}{visitor_frame[1:]}'


def status_frame(conversation: Conversation, outlook: Outlook | None) -> Frame:
    """Who the customer is with now; `outlook` is what a waiting customer can expect.

    `position` counts from 1, and only while somebody is there; `wait_seconds` only when the last hours allow to
    say; `back_at` is when the shop opens again.
    """
    agent, outlook = conversation.agent, outlook or Outlook()
    return {
        "type": "status",
        "status": conversation.visitor_status,
        "position": outlook.position,
        "agent": {"name": agent.public_name, "avatar": None} if agent else None,
        "wait_seconds": outlook.wait_seconds,
        "back_at": iso(outlook.back_at),
    }


ROW_FIELDS = (
    *("id", "status", "owner", "epoch", "subject", "last_text", "last_message_at", "unread", "waiting_since"),
    *("queued_at", "priority", "handoff_reason", "tags", "page_url", "page_title", "channel__key", "channel__name"),
    *("customer_id", "customer__name", "customer__level", "agent_id"),
    *("agent__display_name", "agent__first_name", "agent__last_name", "agent__username"),
    *("group_id", "group__name", "is_assigned", "taken_at"),
)
"""What a row is made of, as `QuerySet.values` names it: busy consoles need thousands, and no model instances."""


def conversation_row(conversation: Conversation) -> Frame:
    """CONVERSATION of CONTRACT §5; needs `customer`, `channel`, `agent` and `group` selected."""
    return row_of({name: _value(conversation, name) for name in ROW_FIELDS})


def row_of(values: Mapping[str, Any]) -> Frame:
    """CONVERSATION of CONTRACT §5 from the values of `ROW_FIELDS`."""
    agent_names = (values[f"agent__{name}"] for name in ("display_name", "first_name", "last_name", "username"))
    return {
        "id": values["id"],
        "status": values["status"],
        "owner": values["owner"],
        "epoch": values["epoch"],
        "channel": values["channel__key"],
        "channel_name": values["channel__name"],
        "customer": {
            "id": values["customer_id"],
            "name": customer_name(values["customer_id"], values["customer__name"]),
            "is_named": bool(values["customer__name"]),
            "level": values["customer__level"],
        },
        "subject": values["subject"],
        "last_message": values["last_text"],
        "last_message_at": iso(values["last_message_at"]),
        "unread": values["unread"],
        "waiting_since": iso(values["waiting_since"]),
        "queued_at": iso(values["queued_at"]),
        "priority": values["priority"],
        "handoff_reason": values["handoff_reason"] or None,
        "tags": values["tags"],
        "agent": {"id": values["agent_id"], "name": user_name(*agent_names)} if values["agent_id"] else None,
        "group": {"id": values["group_id"], "name": values["group__name"]} if values["group_id"] else None,
        "is_assigned": values["is_assigned"],
        "taken_at": iso(values["taken_at"]),
        "page": {"url": values["page_url"], "title": values["page_title"]},
    }


def _value(row: Any, path: str) -> Any:
    """What `QuerySet.values(path)` would give for a loaded row."""
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row
