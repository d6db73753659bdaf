"""The right pane asks who the customer is: profile, orders, tickets, other conversations."""

from collections.abc import Mapping
from typing import Any

from conversations.models import Conversation
from conversations.services.facts import CONTACTS, facts_for, reveal_contact
from conversations.sockets import FrameConsumer, FrameError, read_number
from cs_platform.models import User
from cs_platform.threads import in_database


class FactsFrames(FrameConsumer):
    """`facts` {conversation} → the same with what is known; `reveal` {conversation, field} → `contact`.

    Phone, e-mail and WeChat come masked; each look at one of them is kept in the audit trail.
    """

    facts_frames = frozenset({"facts", "reveal"})

    user: User

    async def on_facts(self, frame: Mapping[str, Any]) -> None:
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        facts = await in_database(_load, conversation_id)
        await self.send_frame({"type": "facts", "conversation": conversation_id, **facts})

    async def on_reveal(self, frame: Mapping[str, Any]) -> None:
        conversation_id, field = read_number(frame, "conversation", low=1, high=2**63 - 1), frame.get("field")
        if field not in CONTACTS:
            raise FrameError("bad_frame", f"field must be one of {', '.join(CONTACTS)}")
        value = await in_database(_reveal, conversation_id, field, self.user)
        await self.send_frame({"type": "contact", "conversation": conversation_id, "field": field, "value": value})


def _find(conversation_id: int) -> Conversation:
    conversation = Conversation.objects.select_related("customer").filter(pk=conversation_id).first()
    if conversation is None:
        raise FrameError("not_found", "no such conversation")
    return conversation


def _load(conversation_id: int) -> dict[str, Any]:
    return facts_for(_find(conversation_id))


def _reveal(conversation_id: int, field: str, user: User) -> str:
    return reveal_contact(_find(conversation_id), field, by=user)
