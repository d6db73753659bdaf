"""The shop speaks without having been asked: only into a free conversation, never between a customer and an answer.

A conversation is free when it is closed, or with the AI and nothing in it waits for an answer. A notice opens no
closed conversation, answers nothing and brings nothing to the top of a list: what the customer writes next is
treated as if it had not been there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from conversations.models import Conversation, Message
from conversations.services.announce import announce_message
from conversations.services.ledger import Draft, append_message
from cs_platform.models import User

Owner = Conversation.Owner
FREE: Mapping[str, Any] = {"owner__in": [Owner.AI, Owner.NONE], "answered_seq__gte": F("customer_seq")}


@dataclass(frozen=True, slots=True)
class Notice:
    """What the shop has to say. `why` is kept as the message's decision: {"decision": "broadcast", …}."""

    text: str
    why: Mapping[str, Any]
    card: Mapping[str, Any] | None = None
    name: str = ""
    options: Sequence[Mapping[str, str]] = ()


@transaction.atomic
def post_notice(conversation_id: int, notice: Notice) -> Message | None:
    """Write into a free conversation; None when it is not free now. Nothing else of the conversation changes."""
    draft = Draft(
        sender=Message.Sender.SYSTEM,
        text=notice.text,
        author_name=notice.name,
        card=notice.card,
        options=notice.options,
        decision=notice.why,
        is_quiet=True,
    )
    return _announced(append_message(conversation_id, draft, only_if=FREE))


@transaction.atomic
def speak_first(conversation: Conversation, notice: Notice) -> Message | None:
    """The AI says something of its own accord, if nothing has happened in the open conversation since it was read."""
    draft = Draft(
        sender=Message.Sender.AI,
        text=notice.text,
        author_name=notice.name or gettext("AI assistant"),
        card=notice.card,
        decision=notice.why,
    )
    only_if = {
        "owner": Owner.AI,
        "epoch": conversation.epoch,
        "customer_seq": conversation.customer_seq,
        "answered_seq__gte": F("customer_seq"),
    }
    return _announced(append_message(conversation.pk, draft, only_if=only_if))


@transaction.atomic
def push_card(
    conversation_id: int, agent: User, *, text: str, card: Mapping[str, Any] | None, client_id: str | None = None
) -> Message | None:
    """An agent shows a card, or the text in its place; None when the chat is not (or no longer) the agent's own."""
    draft = Draft(
        sender=Message.Sender.AGENT,
        text=text,
        author_id=agent.pk,
        author_name=agent.public_name,
        card=card,
        client_id=client_id,
        decision={"decision": "card", "card": card.get("id") if card else None},
    )
    return _announced(append_message(conversation_id, draft, only_if={"owner": Owner.AGENT, "agent_id": agent.pk}))


def _announced(message: Message | None) -> Message | None:
    if message is not None:
        announce_message(message)
    return message
