"""Cards beside the chat: which ones there are, and sending one."""

from collections.abc import Mapping
from typing import Any

from conversations.card_shelf import CardRefused, cards_for, send_card
from conversations.models import Conversation, Message
from conversations.services.replies import NotYours
from conversations.sockets import FrameConsumer, FrameError, read_client_id, read_number
from cs_platform.models import User
from cs_platform.threads import in_database


class CardFrames(FrameConsumer):
    """`{"type": "cards", "conversation"}` → the list; `card` {conversation, card, client_id} sends one.

    A card that the customer fills in comes anew as a remark on its message.
    """

    card_frames = frozenset({"cards", "card"})

    user: User

    async def on_cards(self, frame: Mapping[str, Any]) -> None:
        number = read_number(frame, "conversation", low=1, high=2**63 - 1)
        items = await in_database(_list, number, self.user)
        await self.send_frame({"type": "cards", "conversation": number, "items": items})

    async def on_card(self, frame: Mapping[str, Any]) -> None:
        number = read_number(frame, "conversation", low=1, high=2**63 - 1)
        card_id, client_id = read_number(frame, "card", low=1, high=2**63 - 1), read_client_id(frame)
        message = await in_database(_send, number, card_id, self.user, client_id)
        await self.send_frame({"type": "ack", "client_id": client_id, "id": message.pk, "seq": message.seq})

    async def desk_card(self, event: Mapping[str, Any]) -> None:
        filled_in = {"message": event["message"], "card": event["card"]}
        about = {"type": "remarks", "conversation": event["conversation"]}
        await self.send_frame({**about, "ratings": [], "wrong": [], "cards": [filled_in]})


def _find(number: int) -> Conversation:
    conversation = Conversation.objects.select_related("channel", "customer").filter(pk=number).first()
    if conversation is None:
        raise FrameError("not_found", "no such conversation")
    return conversation


def _list(number: int, user: User) -> list[dict[str, Any]]:
    return cards_for(_find(number), user)


def _send(number: int, card_id: int, user: User, client_id: str) -> Message:
    try:
        return send_card(_find(number), card_id, user, client_id)
    except CardRefused:
        raise FrameError("card_refused", "this card cannot be sent here") from None
    except NotYours:
        raise FrameError("not_yours", "claim the conversation before you reply") from None
