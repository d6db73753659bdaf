"""The right pane asks who the customer is: profile, orders, tickets, other conversations."""

from collections.abc import Mapping
from typing import Any

from conversations.models import Conversation
from conversations.services.facts import facts_for
from conversations.sockets import FrameConsumer, FrameError, read_number
from cs_platform.threads import in_database


class FactsFrames(FrameConsumer):
    """`{"type": "facts", "conversation": ID}` → the same with what is known."""

    facts_frames = frozenset({"facts"})

    async def on_facts(self, frame: Mapping[str, Any]) -> None:
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        try:
            facts = await in_database(_load, conversation_id)
        except Conversation.DoesNotExist:
            raise FrameError("not_found", "no such conversation") from None
        await self.send_frame({"type": "facts", "conversation": conversation_id, **facts})


def _load(conversation_id: int) -> dict[str, Any]:
    return facts_for(Conversation.objects.select_related("customer").get(pk=conversation_id))
