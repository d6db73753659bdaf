"""Who owns a conversation changes hands here and nowhere else, by one conditional update that raises the epoch."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from conversations.models import Conversation, Message
from conversations.responding import Response
from conversations.services.announce import announce_change, announce_queue, notify_user
from conversations.services.assignment import assign_soon
from conversations.services.closing import close
from conversations.services.escalation import stop_calling
from conversations.services.ledger import Draft, append_message
from conversations.services.queueing import Entry, put_in_queue
from conversations.services.replies import NotYours, Turn, turn_taken
from conversations.services.taking import taking
from conversations.services.walks import keep_move, leave_summary, offer_to_resume
from conversations.services.words import in_language_of
from cs_platform.events import emit
from cs_platform.models import User
from routing.models import SkillGroup

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

    `response` is what was decided: its tags, priority and skill group are put on the conversation, and why is kept.

    The customer is told the place in the queue, or that nobody is there now; every console is alerted. Returns
    the message to the customer, or None when the conversation had changed hands or was answered meanwhile.
    """
    message = put_in_queue(
        turn.conversation_id,
        Entry(
            reason,
            why=response.why() if response else {},
            # Nothing that arrived meanwhile needs the AI any more: a person reads it all.
            changes={"answered_seq": F("customer_seq"), "misses": misses},
            actions=response.actions if response else (),
            answers_seq=turn.customer_seq,
            opening=lambda message: _settle_walk(message, response),
        ),
        only_if={"owner": Owner.AI, "epoch": turn.epoch, "answered_seq": turn.answered_seq},
    )
    if message is not None:
        emit(turn_taken(turn, response or Response("handoff", "", reason=str(reason)), message))
    return message


def _settle_walk(message: Message, response: Response | None) -> str:
    """A decision tree that hands over ends with its own words, an interrupted one waits; colleagues get a note."""
    if response is not None and response.walk is not None:
        message.text = response.text
        keep_move(message, response)
    leave_summary(message, response)
    return message.text


@transaction.atomic
def take_over(conversation_id: int, agent: User) -> Conversation:
    """An agent takes a conversation from the queue or the AI. Exactly one wins; the others get `AlreadyClaimed`.

    Claiming one's own chat again changes nothing.
    """
    # Locked: a hand-over in this very moment would raise the epoch, and the agent would be refused though nobody
    # has the chat.
    before = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)
    changes: dict[str, Any] = {**taking(before, agent.pk), "is_assigned": False, "unread": 0}
    if before.owner == Owner.AI:
        changes["handoff_reason"] = Reason.AGENT_TAKEOVER
    message = append_message(
        conversation_id,
        _arrival(conversation_id, agent, author_id=agent.pk, decision={"decision": "takeover", "from": before.owner}),
        only_if={"owner__in": [Owner.AI, Owner.QUEUE], "epoch": before.epoch},
        changes=changes,
    )
    if message is None:
        return _refuse_unless_own(conversation_id, agent)
    announce_change(message)
    leave_summary(message)
    if before.owner == Owner.QUEUE:
        stop_calling(before)
        announce_queue()
    return message.conversation


@transaction.atomic
def give_back(conversation_id: int, agent: User) -> Conversation:
    """The agent lets the AI go on. What the customer wrote since the agent's last answer, the AI answers now."""
    with in_language_of(conversation_id):
        text = gettext("The AI assistant goes on helping you.")
        question, options = offer_to_resume(conversation_id)
    now = timezone.now()
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text="\n\n".join(filter(None, (text, question))),
            author_id=agent.pk,
            options=options,
            decision={"decision": "give_back"},
        ),
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
        changes={
            "owner": Owner.AI,
            "agent_id": None,
            "epoch": F("epoch") + 1,
            "misses": 0,
            "is_assigned": False,
            "turn_due_at": now,
            "deadline": now + timedelta(seconds=settings.IDLE_LOOK_SECONDS),
        },
    )
    if message is None:
        raise NotYours
    conversation = message.conversation
    if conversation.customer_seq > conversation.answered_seq:
        conversation.waiting_since = now  # the AI has as long as with a message that has just come
        conversation.deadline = now + timedelta(seconds=settings.FIRST_LOOK_SECONDS)
    else:
        conversation.waiting_since = None  # the agent saw the request and let it rest: nobody owes a word
    conversation.save(update_fields=["deadline", "waiting_since"])
    announce_change(message)
    assign_soon()
    return conversation


@transaction.atomic
def release_to_queue(conversation_id: int, agent: User) -> Conversation:
    """The agent puts the conversation back for any colleague."""
    return _let_go(conversation_id, agent, Entry(Reason.AGENT_RELEASE, author_id=agent.pk, keeps_place=True))


@transaction.atomic
def transfer_to_group(conversation_id: int, agent: User, *, group_id: int) -> Conversation:
    """The agent passes the conversation to a skill group: into its queue, before those who have just come."""
    name = SkillGroup.objects.filter(pk=group_id).values_list("name", flat=True).first() or ""
    return _let_go(
        conversation_id,
        agent,
        Entry(
            Reason.GROUP_TRANSFER,
            why={"to_group": group_id, "group_name": name},
            author_id=agent.pk,
            group_id=group_id,
            keeps_place=True,
        ),
    )


def _let_go(conversation_id: int, agent: User, entry: Entry) -> Conversation:
    """Into the queue, by the agent who has the conversation, and who is not given it again."""
    message = put_in_queue(
        conversation_id,
        replace(entry, changes={"agent_id": None, "is_assigned": False, "passed_by_id": agent.pk}),
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
    )
    if message is None:
        raise NotYours
    return message.conversation


@transaction.atomic
def requeue_from_silent_agent(conversation: Conversation) -> Conversation | None:
    """An agent who does not answer loses a waiting customer to the queue; None when that changed meanwhile."""
    changes = {"agent_id": None, "is_assigned": False, "passed_by_id": conversation.agent_id}
    message = put_in_queue(
        conversation.pk,
        Entry(Reason.AGENT_SILENT, changes=changes, keeps_place=True),
        only_if={"owner": Owner.AGENT, "epoch": conversation.epoch, "waiting_since__isnull": False},
    )
    return message.conversation if message else None


@transaction.atomic
def transfer(conversation_id: int, agent: User, *, to: User) -> Conversation:
    """The agent gives the conversation to a colleague."""
    now = timezone.now()
    message = append_message(
        conversation_id,
        _arrival(conversation_id, to, author_id=agent.pk, decision={"decision": "transfer", "to": to.pk}),
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
        changes={
            "agent_id": to.pk,
            "last_agent_id": to.pk,
            "taken_at": now,
            "is_assigned": False,
            "epoch": F("epoch") + 1,
            "unread": F("unread") + 1,
            "deadline": now + timedelta(seconds=settings.FIRST_LOOK_SECONDS),
        },
    )
    if message is None:
        raise NotYours
    announce_change(message)
    notify_user(to.pk, "transferred", message.conversation)
    assign_soon()
    return message.conversation


@transaction.atomic
def reopen(conversation_id: int, agent: User) -> Conversation:
    """An agent writes to a customer whose chat has ended, say about a ticket: a new episode, with this agent.

    Raises `AlreadyClaimed` when it is open already.
    """
    now = timezone.now()
    message = append_message(
        conversation_id,
        _arrival(conversation_id, agent, author_id=agent.pk, decision={"decision": "takeover", "from": Owner.NONE}),
        only_if={"status": Conversation.Status.CLOSED},
        changes={
            "status": Conversation.Status.OPEN,
            "owner": Owner.AGENT,
            "agent_id": agent.pk,
            "last_agent_id": agent.pk,
            "epoch": F("epoch") + 1,
            "episode_seq": F("last_seq"),
            "handoff_reason": Reason.AGENT_TAKEOVER,
            "taken_at": now,
            "place_seconds": None,
            "priority": 0,
            "group_id": None,
            "closed_at": None,
            "deadline": now + timedelta(seconds=settings.IDLE_LOOK_SECONDS),
        },
    )
    if message is None:
        return _refuse_unless_own(conversation_id, agent)
    announce_change(message)
    return message.conversation


@transaction.atomic
def close_conversation(conversation_id: int, agent: User, *, reason: str = "") -> Conversation:
    """The agent ends the conversation, for a reason that is kept with the closing message.

    Should the customer write again, it opens anew with the AI.
    """
    message = close(
        conversation_id,
        reason=reason,
        author_id=agent.pk,
        only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
    )
    if message is None:
        raise NotYours
    return message.conversation


def _arrival(conversation_id: int, agent: User, *, author_id: int, decision: dict[str, Any]) -> Draft:
    """What tells the customer that a person is there."""
    with in_language_of(conversation_id):
        text = gettext("%(name)s is now here for you.") % {"name": agent.public_name}
    why = {**decision, "name": agent.public_name}
    return Draft(sender=Message.Sender.SYSTEM, text=text, author_id=author_id, decision=why)


def _refuse_unless_own(conversation_id: int, agent: User) -> Conversation:
    conversation = Conversation.objects.select_related("customer", "channel", "agent", "group").get(pk=conversation_id)
    if conversation.owner == Owner.AGENT and conversation.agent_id == agent.pk:
        return conversation
    raise AlreadyClaimed(conversation.agent.public_name if conversation.agent else "")
