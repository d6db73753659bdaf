"""Who owns a conversation changes hands here and nowhere else, by one conditional update that raises the epoch."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from conversations.models import Conversation, Customer, Message
from conversations.responding import Response
from conversations.services.announce import (
    announce_message,
    announce_queue,
    announce_status,
    announce_waiting,
    queue_position,
)
from conversations.services.ledger import Draft, append_message
from conversations.services.marks import mark
from conversations.services.replies import NotYours, Turn, turn_taken
from cs_platform.events import emit
from cs_platform.models import User
from routing.models import Agent

Owner = Conversation.Owner
Reason = Conversation.HandoffReason


class AlreadyClaimed(Exception):
    """Somebody else has the conversation; `by` is that person's name, empty when it is closed."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


@transaction.atomic
def hand_over(turn: Turn, *, reason: str, misses: int = 0, response: Response | None = None) -> Message | None:
    """The AI gives the customer to the queue, if the conversation is still the AI's as it was at `turn`.

    `response` is what was decided: its tags and priority are put on the conversation, and why is kept.

    The customer is told the place in the queue, or that nobody is there now; every console is alerted. Returns
    the message to the customer, or None when the conversation had changed hands or was answered meanwhile.
    """
    message = _queue(
        turn.conversation_id,
        only_if={"owner": Owner.AI, "epoch": turn.epoch, "answered_seq": turn.answered_seq},
        reason=reason,
        # Nothing that arrived meanwhile needs the AI any more: a person reads it all.
        changes={"answered_seq": F("customer_seq"), "misses": misses},
        answers_seq=turn.customer_seq,
        response=response,
    )
    if message is not None:
        emit(turn_taken(turn, response or Response("handoff", "", reason=str(reason))))
    return message


@transaction.atomic
def take_over(conversation_id: int, agent: User) -> Conversation:
    """An agent takes a conversation from the queue or the AI. Exactly one wins; the others get `AlreadyClaimed`.

    Claiming one's own chat again changes nothing.
    """
    # Locked: a hand-over in this very moment would raise the epoch, and the agent would be refused though nobody
    # has the chat.
    before = Conversation.objects.select_for_update().get(pk=conversation_id)
    changes: dict[str, Any] = {
        "owner": Owner.AGENT,
        "agent_id": agent.pk,
        "epoch": F("epoch") + 1,
        "queued_at": None,
        # Nobody waits: the clock starts with the customer's next message.
        "deadline": _agent_deadline() if before.waiting_since else None,
        "turn_lease_until": None,
        "unread": 0,
    }
    if before.owner == Owner.AI:
        changes["handoff_reason"] = Reason.AGENT_TAKEOVER
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text=gettext("%(name)s is now here for you.") % {"name": agent.public_name},
            author_id=agent.pk,
            decision={"decision": "takeover", "from": before.owner},
        ),
        only_if={"owner__in": [Owner.AI, Owner.QUEUE], "epoch": before.epoch},
        changes=changes,
    )
    if message is None:
        return _refuse_unless_own(conversation_id, agent)
    _announce_change(message)
    if before.owner == Owner.QUEUE:
        announce_queue()
    return message.conversation


@transaction.atomic
def give_back(conversation_id: int, agent: User) -> Conversation:
    """The agent lets the AI go on. What the customer wrote since the agent's last answer, the AI answers now."""
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text=gettext("The AI assistant goes on helping you."),
            author_id=agent.pk,
            decision={"decision": "give_back"},
        ),
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
        changes={
            "owner": Owner.AI,
            "agent_id": None,
            "epoch": F("epoch") + 1,
            "misses": 0,
            "turn_due_at": timezone.now(),
            "deadline": None,
        },
    )
    if message is None:
        raise NotYours
    conversation = message.conversation
    if conversation.customer_seq > conversation.answered_seq:
        conversation.deadline = timezone.now() + timedelta(seconds=settings.AI_DEADLINE_SECONDS)
    else:
        conversation.waiting_since = None  # the agent saw the request and let it rest: nobody owes a word
    conversation.save(update_fields=["deadline", "waiting_since"])
    _announce_change(message)
    return conversation


@transaction.atomic
def release_to_queue(conversation_id: int, agent: User) -> Conversation:
    """The agent puts the conversation back for any colleague."""
    message = _queue(
        conversation_id,
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
        reason=Reason.AGENT_RELEASE,
        changes={"agent_id": None},
    )
    if message is None:
        raise NotYours
    return message.conversation


@transaction.atomic
def requeue_from_silent_agent(conversation: Conversation) -> Conversation | None:
    """An agent who is not there any more loses a waiting customer to the queue; None when that changed meanwhile."""
    message = _queue(
        conversation.pk,
        only_if={"owner": Owner.AGENT, "epoch": conversation.epoch, "waiting_since__isnull": False},
        reason=Reason.AGENT_SILENT,
        changes={"agent_id": None},
    )
    return message.conversation if message else None


@transaction.atomic
def transfer(conversation_id: int, agent: User, *, to: User) -> Conversation:
    """The agent gives the conversation to a colleague."""
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text=gettext("%(name)s is now here for you.") % {"name": to.public_name},
            author_id=agent.pk,
            decision={"decision": "transfer", "to": to.pk},
        ),
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
        changes={"agent_id": to.pk, "epoch": F("epoch") + 1, "unread": F("unread") + 1},
    )
    if message is None:
        raise NotYours
    _announce_change(message)
    announce_waiting(message.conversation, "transferred")
    return message.conversation


@transaction.atomic
def close_conversation(conversation_id: int, agent: User, *, reason: str = "") -> Conversation:
    """The agent ends the conversation, for a reason that is kept with the closing message.

    Should the customer write again, it opens anew with the AI.
    """
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text=gettext("This conversation has ended. Write again at any time."),
            author_id=agent.pk,
            decision={"decision": "close", "reason": reason},
        ),
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
        changes={
            "status": Conversation.Status.CLOSED,
            "owner": Owner.NONE,
            "agent_id": None,
            "epoch": F("epoch") + 1,
            "answered_seq": F("customer_seq"),
            "closed_at": timezone.now(),
            "waiting_since": None,
            "deadline": None,
            "unread": 0,
            "misses": 0,
        },
    )
    if message is None:
        raise NotYours
    _announce_change(message)
    return message.conversation


def _queue(
    conversation_id: int,
    *,
    only_if: Mapping[str, Any],
    reason: str,
    changes: Mapping[str, Any],
    answers_seq: int | None = None,
    response: Response | None = None,
) -> Message | None:
    now = timezone.now()
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text="",  # the place in the queue is known only once the conversation stands in it
            answers_seq=answers_seq,
            decision={**(response.why() if response else {}), "decision": "handoff", "reason": str(reason)},
        ),
        only_if=only_if,
        changes={
            "owner": Owner.QUEUE,
            "epoch": F("epoch") + 1,
            "handoff_reason": reason,
            "queued_at": now,
            "turn_lease_until": None,
            "deadline": now + timedelta(seconds=settings.QUEUE_ALERT_SECONDS),
            **changes,
        },
    )
    if message is None:
        return None
    conversation = message.conversation
    if conversation.customer.level == Customer.Level.VIP:
        conversation.priority = max(conversation.priority, 1)
    conversation.waiting_since = conversation.waiting_since or now
    mark(conversation, response.actions if response else ())
    message.text = _queue_text(queue_position(conversation) or 1)
    message.save(update_fields=["text"])
    conversation.save(update_fields=["priority", "tags", "waiting_since"])
    _announce_change(message)
    announce_waiting(conversation, "queued")
    return message


def _queue_text(position: int) -> str:
    """Honest words: whether somebody is there, and how many are first."""
    if not Agent.objects.present().exists():
        return gettext(
            "None of my colleagues is online right now. Your question is kept, and a person will answer it here"
            " as soon as somebody is back."
        )
    if position == 1:
        return gettext("I am getting a person for you. You are next.")
    return ngettext(
        "I am getting a person for you. %(count)d customer is before you.",
        "I am getting a person for you. %(count)d customers are before you.",
        position - 1,
    ) % {"count": position - 1}


def _refuse_unless_own(conversation_id: int, agent: User) -> Conversation:
    conversation = Conversation.objects.select_related("customer", "channel", "agent").get(pk=conversation_id)
    if conversation.owner == Owner.AGENT and conversation.agent_id == agent.pk:
        return conversation
    raise AlreadyClaimed(conversation.agent.public_name if conversation.agent else "")


def _agent_deadline() -> Any:
    return timezone.now() + timedelta(seconds=settings.AGENT_SILENCE_SECONDS)


def _announce_change(message: Message) -> None:
    announce_message(message)
    why = message.decision or {}
    announce_status(message.conversation, reason=why.get("reason") or why.get("decision", ""))
