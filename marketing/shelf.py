"""Cards for agents, put on the console's shelf."""

from typing import Any

from conversations.card_shelf import CardRefused, offer_cards
from conversations.models import Conversation, Message
from cs_platform.models import User
from marketing.models import Card
from marketing.platform_rules import platform_of
from marketing.services.cards import CardNotAllowed, send_card, show

VIEW_PERMISSION = "marketing.view_card"


def cards_for_agent(conversation: Conversation, user: User) -> list[dict[str, Any]]:
    """What may be sent on the customer's platform, as a card or as the text in its place."""
    if not user.has_perm(VIEW_PERMISSION):
        return []
    cards = Card.objects.for_agents().order_by("kind", "name")
    return [
        {"id": card.pk, "name": card.name, "kind": card.kind, "title": card.title, "is_text": shown.card is None}
        for card in cards
        if (shown := show(card, platform=platform_of(conversation.channel))) is not None
    ]


def send_by_agent(conversation: Conversation, card_id: int, user: User, client_id: str) -> Message:
    """Raises `CardRefused`, or `NotYours` when the chat is not the agent's own."""
    card = Card.objects.for_agents().filter(pk=card_id).first()
    if card is None or not user.has_perm(VIEW_PERMISSION):
        raise CardRefused
    try:
        return send_card(conversation, card, by=user, client_id=client_id)
    except CardNotAllowed:
        raise CardRefused from None


offer_cards(cards_for_agent, send_by_agent)
