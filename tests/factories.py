"""Rows for tests: plain functions, every argument defaulted."""

import itertools
import uuid
from datetime import timedelta

from conversations.models import Conversation, Customer, Message, Order, Ticket
from conversations.services.incoming import Incoming, Receipt, append_customer_messages
from conversations.services.orders import upsert_orders
from conversations.services.replies import Turn
from conversations.services.tickets import create_ticket
from conversations.services.turn import claim_turn
from cs_platform.models import User
from cs_platform.roles import assign_roles
from kb.models import Entry
from kb.services import save_entry
from routing.models import Channel

_numbers = itertools.count(1)


def make_channel(key: str = "", **fields: object) -> Channel:
    key = key or f"channel-{next(_numbers)}"
    return Channel.objects.create(key=key, **{"name": "Website", **fields})


def make_customer(name: str = "", **fields: object) -> Customer:
    return Customer.objects.create(name=name, **fields)


def make_conversation(
    channel: Channel | None = None, customer: Customer | None = None, **fields: object
) -> Conversation:
    return Conversation.objects.create(
        channel=channel or make_channel(), customer=customer or make_customer(), **fields
    )


def make_user(username: str = "", *, role: str = "agent", **fields: object) -> User:
    user = User.objects.create_user(username or f"{role}-{next(_numbers)}", password="correct horse", **fields)
    return assign_roles(user, [role])


def make_entry(question: str = "How long does delivery take?", answer: str = "Two days.", **fields: object) -> Entry:
    entry = Entry(question=question, answer=answer, **{"status": Entry.Status.PUBLISHED, **fields})
    return save_entry(entry, by=None)


def write(conversation: Conversation, *texts: str, client_id: str = "", **fields: object) -> Receipt:
    """The customer writes; returns the receipt of the last message."""
    batch = [
        Incoming(conversation.pk, client_id or str(uuid.uuid4()), text, **fields)  # type: ignore[arg-type]
        for text in texts or ["hello"]
    ]
    receipt = append_customer_messages(batch)[-1]
    conversation.refresh_from_db()
    return receipt


def settle(conversation: Conversation) -> None:
    """As if the customer had paused: the AI's turn is due."""
    Conversation.objects.filter(pk=conversation.pk).update(turn_due_at=conversation.created_at - timedelta(minutes=1))


def claim(conversation: Conversation) -> Turn:
    """The AI's turn, claimed."""
    settle(conversation)
    turn = claim_turn(conversation.pk)
    assert turn is not None
    return turn


def texts_of(conversation: Conversation) -> list[tuple[str, str]]:
    """Sender and text of every public message, in order."""
    return list(
        Message.objects.filter(conversation=conversation).public().order_by("seq").values_list("sender", "text")
    )


def make_ticket(subject: str = "Broken lamp", **fields: object) -> Ticket:
    return create_ticket(subject=subject, **fields)  # type: ignore[arg-type]


def make_order(number: str = "", *, customer: Customer | None = None, **row: object) -> Order:
    """An order as a shop's system reports it."""
    number = number or f"2026112700{next(_numbers):04d}"
    if customer is not None:
        row["customer"] = {"id": customer.pk}
    [outcome] = upsert_orders([{"number": number, **row}])
    assert outcome.problems == {}, outcome.problems
    return Order.objects.get(pk=outcome.order_id)
