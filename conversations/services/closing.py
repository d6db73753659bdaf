"""Conversations end: by an agent, because nobody says a word any more, or because a ticket goes on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from conversations.models import Conversation, Message
from conversations.services.announce import announce_change, announce_message
from conversations.services.assignment import assign_soon
from conversations.services.ledger import Draft, append_message
from conversations.services.patience import Patience, patience_of
from conversations.services.words import in_language_of

Owner = Conversation.Owner

WARNING_SECONDS = 300
IDLE = "idle"


def close(
    conversation_id: int,
    *,
    reason: str,
    only_if: Mapping[str, Any],
    author_id: int | None = None,
    text: str = "",
) -> Message | None:
    """End a conversation if `only_if` still holds; in the caller's transaction. None: nothing was changed."""
    with in_language_of(conversation_id):
        text = text or gettext("This conversation has ended. Write again at any time.")
    message = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text=text,
            author_id=author_id,
            decision={"decision": "close", "reason": reason},
        ),
        only_if=only_if,
        changes={
            "status": Conversation.Status.CLOSED,
            "owner": Owner.NONE,
            "agent_id": None,
            "is_assigned": False,
            "passed_by_id": None,
            "epoch": F("epoch") + 1,
            "answered_seq": F("customer_seq"),
            "closed_at": timezone.now(),
            "waiting_since": None,
            "queued_at": None,
            "queued_position": None,
            "leaving_seq": None,
            "alerts_sent": 0,
            "deadline": None,
            "unread": 0,
            "misses": 0,
        },
    )
    if message is None:
        return None
    announce_change(message)
    assign_soon()  # an agent may have room now
    return message


def look_at_silence(conversation: Conversation, now: datetime) -> datetime | None:
    """Warn or end a chat in which nobody owes a word, if it has been silent for long enough.

    Returns when to look again; None when there is nothing to wait for, or it has ended or changed.
    """
    patience = patience_of(conversation.channel)
    if conversation.owner == Owner.AI:
        if conversation.customer_seq <= conversation.episode_seq:
            return None  # the customer has not said anything yet: nothing that could end
        return _end_with_ai(conversation, patience, now)
    return _end_with_person(conversation, patience, now)


def _end_with_ai(conversation: Conversation, patience: Patience, now: datetime) -> datetime | None:
    if not patience.ai_idle:
        return None
    ends_at = conversation.last_message_at + timedelta(seconds=patience.ai_idle)
    if ends_at > now:
        return ends_at
    end_idle(conversation)
    return None


def _end_with_person(conversation: Conversation, patience: Patience, now: datetime) -> datetime | None:
    if not patience.person_idle:
        return None
    if conversation.warned_seq == conversation.last_seq:
        ends_at = conversation.last_message_at + timedelta(seconds=WARNING_SECONDS)
        if ends_at > now:
            return ends_at
        end_idle(conversation)
        return None
    warned_at = conversation.last_message_at + timedelta(seconds=max(0.0, patience.person_idle - WARNING_SECONDS))
    if warned_at > now:
        return warned_at
    return now + timedelta(seconds=WARNING_SECONDS) if warn_idle(conversation) else None


@transaction.atomic
def end_idle(conversation: Conversation) -> Message | None:
    """End a chat because of silence, if nobody has said or owes a word since it was read."""
    return close(conversation.pk, reason=IDLE, only_if=_unchanged(conversation))


@transaction.atomic
def warn_idle(conversation: Conversation) -> Message | None:
    """Tell the customer that the chat is about to end, if nobody has said or owes a word since it was read."""
    minutes = WARNING_SECONDS // 60
    with in_language_of(conversation.pk):
        text = ngettext(
            "Are you still there? If there is nothing else, this conversation ends in %(count)d minute.",
            "Are you still there? If there is nothing else, this conversation ends in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    message = append_message(
        conversation.pk,
        Draft(sender=Message.Sender.SYSTEM, text=text, decision={"decision": "idle_warning"}),
        only_if=_unchanged(conversation),
        changes={
            "warned_seq": F("last_seq") + 1,
            "deadline": timezone.now() + timedelta(seconds=WARNING_SECONDS),
        },
    )
    if message is not None:
        announce_message(message)
    return message


def _unchanged(conversation: Conversation) -> dict[str, Any]:
    """Nobody has said anything since the conversation was read, it is with the same owner, and nobody waits."""
    return {
        "status": Conversation.Status.OPEN,
        "owner": conversation.owner,
        "epoch": conversation.epoch,
        "last_seq": conversation.last_seq,
        "waiting_since": None,
        "answered_seq": F("customer_seq"),
    }
