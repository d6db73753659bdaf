"""A conversation is put in the queue for a person, here and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone

from conversations.models import Conversation, Customer, Message
from conversations.outlook import Outlook
from conversations.services.announce import announce_change, announce_waiting
from conversations.services.assignment import assign_soon
from conversations.services.escalation import call_as_ruled
from conversations.services.ledger import Draft, append_message
from conversations.services.marks import mark
from conversations.services.outlook import outlook_of
from conversations.services.words import in_language_of, leave_options, queue_text
from routing.facts import Action
from routing.grouping import group_for
from routing.models import SkillGroup

Owner = Conversation.Owner


@dataclass(frozen=True, slots=True)
class Entry:
    """How a conversation comes into the queue.

    `why` is kept with the message, `changes` are set with the owner. One that `keeps_place` has waited since the
    customer began to wait, not since now. `group_id` is the skill group that is asked for, unless `actions` name one.
    `opening` does what belongs to the hand-over and returns what is said before the place in the queue.
    """

    reason: str
    why: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    actions: Sequence[Action] = ()
    answers_seq: int | None = None
    author_id: int | None = None
    group_id: int | None = None
    keeps_place: bool = False
    opening: Callable[[Message], str] | None = None


def put_in_queue(conversation_id: int, entry: Entry, *, only_if: Mapping[str, Any]) -> Message | None:
    """Queue a conversation if `only_if` still holds; the customer is told the place, consoles are alerted.

    In the caller's transaction. Returns the message to the customer, or None: then nothing was changed.
    """
    now = timezone.now()
    decision = {**entry.why, "decision": "handoff", "reason": str(entry.reason)}
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text="",  # the place in the queue is known only once the conversation stands in it
            author_id=entry.author_id,
            answers_seq=entry.answers_seq,
            decision=decision,
        ),
        only_if=only_if,
        changes={
            "owner": Owner.QUEUE,
            "epoch": F("epoch") + 1,
            "handoff_reason": entry.reason,
            "queued_at": now,
            "alerts_sent": 0,
            "turn_lease_until": None,
            "deadline": now,  # the escalation ladder says when to act
            **entry.changes,
        },
    )
    if message is None:
        return None
    conversation = message.conversation
    _take_place(conversation, entry)
    outlook = outlook_of(conversation) or Outlook()
    conversation.queued_position = None if entry.keeps_place else outlook.position
    conversation.save(update_fields=["priority", "tags", "waiting_since", "queued_at", "queued_position", "group"])
    _write_message(message, outlook, opening=entry.opening(message) if entry.opening else "")
    announce_change(message)
    announce_waiting(conversation, "queued")
    call_as_ruled(conversation, entry.actions)
    assign_soon()
    return message


def _take_place(conversation: Conversation, entry: Entry) -> None:
    if conversation.customer.level == Customer.Level.VIP:
        conversation.priority = max(conversation.priority, 1)
    conversation.waiting_since = conversation.waiting_since or conversation.queued_at
    if entry.keeps_place:
        conversation.queued_at = conversation.waiting_since
    mark(conversation, entry.actions)
    wanted = next((int(action.value) for action in entry.actions if action.kind == "group"), entry.group_id)
    if wanted is None:
        wanted = conversation.group_id or group_for(conversation.channel_id, conversation.customer.region)
    elif not SkillGroup.objects.filter(pk=wanted).exists():  # removed while the AI was thinking
        wanted = None
    conversation.group_id = wanted


def _write_message(message: Message, outlook: Outlook, *, opening: str) -> None:
    with in_language_of(message.conversation_id):
        message.text = "\n\n".join(filter(None, (opening, queue_text(outlook))))
        message.options = [] if outlook.is_staffed else leave_options()
    expected = {"position": outlook.position, "wait_seconds": outlook.wait_seconds}
    message.decision = {**(message.decision or {}), **expected}
    message.save(update_fields=["text", "options", "decision"])
