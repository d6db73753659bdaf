"""Cards that agents may send: marketing, higher up, puts them here; the console takes them from here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conversations.models import Conversation, Message
from cs_platform.models import User

Lister = Callable[[Conversation, User], list[dict[str, Any]]]
Sender = Callable[[Conversation, int, User, str], Message]


class CardRefused(Exception):
    """There is no such card for agents, or the customer's platform takes neither it nor a text in its place."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """`list_cards` gives {"id", "name", "kind", "title"} of what may be sent; `send_card` raises `CardRefused`."""

    list_cards: Lister
    send_card: Sender


_shelves: list[Shelf] = []


def offer_cards(list_cards: Lister, send_card: Sender) -> None:
    """Called once, when the app that has cards is ready."""
    _shelves[:] = [Shelf(list_cards, send_card)]


def cards_for(conversation: Conversation, user: User) -> list[dict[str, Any]]:
    return [card for shelf in _shelves for card in shelf.list_cards(conversation, user)]


def send_card(conversation: Conversation, card_id: int, user: User, client_id: str) -> Message:
    for shelf in _shelves:
        return shelf.send_card(conversation, card_id, user, client_id)
    raise CardRefused
