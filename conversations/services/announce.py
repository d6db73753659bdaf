"""What everybody concerned is told when the shop's side changed a conversation. All of it after the commit."""

from conversations import board
from conversations.events import ConversationStatusChanged, MessageCreated
from conversations.frames import desk_message_frame, encode, iso, message_frame, status_frame, why_of
from conversations.models import Conversation, Message
from conversations.outlook import Outlook
from conversations.services.outlook import back_at, outlook_of, seconds_per_place, staffed_outlook
from cs_platform.events import emit
from cs_platform.realtime import INBOX_GROUP, conversation_group, desk_group, push_on_commit, user_group
from routing.models import Agent

POSITIONS_TOLD = 50  # so many waiting customers hear of their position when the queue moves


def announce_message(message: Message, *, is_repeat: bool = False) -> None:
    """The customer's sockets and the agents who read along get the message; lists get the row, other apps the event.

    A repeat is pushed again, because its first push may have died with its process; as an event it is told already.
    """
    if not is_repeat:
        emit(message_created(message))
    event = {
        "type": "chat.message",
        "conversation": message.conversation_id,
        "seq": message.seq,
        "frame": encode(message_frame(message)),
        "why": why_of(message),  # consoles only: customers' sockets send the frame alone
    }
    push_on_commit(conversation_group(message.conversation_id), event)
    board.push_row(message.conversation)


def message_created(message: Message) -> MessageCreated:
    """The event of a stored message."""
    return MessageCreated(
        message_id=message.pk,
        conversation_id=message.conversation_id,
        seq=message.seq,
        sender=message.sender,
        name=message.author_name,
        text=message.text,
        created_at=iso(message.created_at) or "",
        attachments=message.attached,
    )


def announce_note(message: Message) -> None:
    """Agents who read the conversation get a private note; nobody else does."""
    push_on_commit(
        desk_group(message.conversation_id),
        {"type": "desk.note", "frame": encode(desk_message_frame(message))},
    )


def announce_change(message: Message) -> None:
    """A conversation has another owner, and this message tells the customer so."""
    announce_message(message)
    why = message.decision or {}
    announce_status(message.conversation, reason=why.get("reason") or why.get("decision", ""))


def announce_status(conversation: Conversation, *, reason: str = "") -> None:
    """The customer's sockets learn who has them now; consoles get the row, other apps the event."""
    emit(status_changed(conversation, reason=reason))
    _push_status(conversation, outlook_of(conversation))
    board.push_row(conversation)


def _push_status(conversation: Conversation, outlook: Outlook | None) -> None:
    push_on_commit(
        conversation_group(conversation.pk),
        {
            "type": "chat.status",
            "conversation": conversation.pk,
            "frame": encode(status_frame(conversation, outlook)),
        },
    )


def status_changed(conversation: Conversation, *, reason: str = "") -> ConversationStatusChanged:
    """The event of a conversation that has just changed hands; needs `channel` selected."""
    return ConversationStatusChanged(
        conversation_id=conversation.pk,
        channel=conversation.channel.key,
        customer_id=conversation.customer_id,
        status=conversation.status,
        owner=conversation.owner,
        epoch=conversation.epoch,
        agent_id=conversation.agent_id,
        reason=reason,
    )


def announce_typing(conversation_id: int, sender: str) -> None:
    push_on_commit(
        conversation_group(conversation_id),
        {"type": "chat.typing", "conversation": conversation_id, "sender": sender, "origin": ""},
    )


def announce_waiting(conversation: Conversation, kind: str) -> None:
    """Every console is alerted: a customer waits for a person (`kind`: queued, still_waiting, agent_silent)."""
    if conversation.customer.is_blocked:
        return
    push_on_commit(INBOX_GROUP, _notification(kind, conversation))


def notify_user(user_id: int, kind: str, conversation: Conversation) -> None:
    """The consoles of one agent are alerted."""
    push_on_commit(user_group(user_id), _notification(kind, conversation))


def announce_queue() -> None:
    """Those who still wait hear of their new position, which is none while nobody is there."""
    waiting = Conversation.objects.queued().select_related("agent", "channel")[:POSITIONS_TOLD]
    if not Agent.objects.present().exists():
        for conversation in waiting:
            _push_status(conversation, Outlook(back_at=back_at(conversation.channel)))
        return
    per_place = seconds_per_place()
    for position, conversation in enumerate(waiting, start=1):
        _push_status(conversation, staffed_outlook(position, per_place))


def _notification(kind: str, conversation: Conversation) -> dict[str, object]:
    return {
        "type": "inbox.notification",
        "kind": kind,
        "conversation": conversation.pk,
        "text": conversation.last_text if conversation.subject == "" else conversation.subject,
    }
