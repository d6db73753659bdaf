"""What programs do through the API: bring a customer, say what the customer wrote, speak for the shop, close.

A program never talks over anybody. For the shop it speaks only into a free conversation (closed, or with the AI and
nothing in it waiting for an answer), it closes only what no person has, and whoever says which epoch was seen is
refused when the conversation has changed hands since. All of it runs in the caller's transaction.
"""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from conversations import board
from conversations.events import CustomerUpdated
from conversations.models import Conversation, Customer, CustomerIdentity, Message
from conversations.services.announce import announce_message
from conversations.services.closing import close
from conversations.services.customers import clean_profile, update_customer
from conversations.services.inbox import customer_event, reopened_event
from conversations.services.incoming import Incoming, Receipt, append_customer_messages
from conversations.services.leaving import begin_leaving
from conversations.services.ledger import ClientIdReused, Draft, append_message
from conversations.services.notices import FREE
from conversations.services.visits import conversation_of
from cs_platform.events import emit
from cs_platform.models import User
from cs_platform.realtime import conversation_group, push_on_commit
from routing.models import Channel
from routing.phrases import asks_to_leave_message

Owner = Conversation.Owner
Kind = CustomerIdentity.Kind


class NotFree(Exception):
    """Somebody else has the word, or the conversation is not as the caller saw it."""


class ExternalIdTaken(Exception):
    """The shop's systems know a customer under this identifier already."""

    def __init__(self, customer_id: int) -> None:
        super().__init__(customer_id)
        self.customer_id = customer_id


@transaction.atomic
def create_customer(*, external_id: str = "", channel: Channel | None = None, by: User, **profile: Any) -> Customer:
    """A customer that a system of the shop tells of. With a channel, `external_id` is the account there, as signed
    identities name it; without one it is the number in the other system. Raises `ExternalIdTaken`."""
    customer = Customer.objects.create(**clean_profile(profile))
    if external_id:
        try:
            with transaction.atomic():
                _identify(customer, channel, external_id)
        except IntegrityError:
            known = find_account(channel, external_id)
            raise ExternalIdTaken(known.pk if known else 0) from None
    emit(CustomerUpdated(customer_id=customer.pk, fields=sorted(profile)))
    return customer


@transaction.atomic
def open_conversation(channel: Channel, external_id: str, *, by: User, **profile: Any) -> Conversation:
    """The conversation of the shop's account `external_id` on this channel; account and conversation are made when
    they are new, and what is given of the profile is kept."""
    customer = find_account(channel, external_id)
    if customer is None:
        try:
            with transaction.atomic():
                customer = create_customer(external_id=external_id, channel=channel, by=by, **profile)
        except ExternalIdTaken as taken:
            customer = Customer.objects.get(pk=taken.customer_id)
    elif profile:
        customer = update_customer(customer, by=by, **profile)
    return conversation_of(channel, customer)


def find_account(channel: Channel | None, external_id: str) -> Customer | None:
    """Whom the shop knows so: on a channel an account, without one a number of another system."""
    kind = Kind.SHOP if channel else Kind.API
    rows = CustomerIdentity.objects.filter(kind=kind, channel=channel, external_id=external_id)
    identity = rows.select_related("customer").first()
    return identity.customer if identity else None


@transaction.atomic
def receive_now(incoming: Incoming) -> Receipt:
    """Store a customer's message that came by a request: the socket's path without its batches and its event loop.

    Raises `ClientIdReused`, `UnknownConversation` and `UnknownAttachment`. The AI's turn begins with the next round of
    the sweep of turns.
    """
    [receipt] = append_customer_messages([incoming])
    if receipt.error is not None:
        raise receipt.error
    push_on_commit(conversation_group(incoming.conversation_id), customer_event(receipt))
    if receipt.owner == Owner.NONE and not receipt.is_repeat:
        push_on_commit(conversation_group(incoming.conversation_id), reopened_event(receipt))
    row = Conversation.objects.select_related("customer", "channel", "agent", "group").get(pk=incoming.conversation_id)
    board.push_row(row)
    if receipt.owner == Owner.QUEUE and asks_to_leave_message(incoming.text):
        begin_leaving(incoming.conversation_id)
    return receipt


@transaction.atomic
def speak_for_shop(
    conversation_id: int, *, text: str, client_id: str, by: User, name: str = "", epoch: int | None = None
) -> tuple[Message, bool]:
    """A program's word on the shop's side, and whether it had been stored before. Raises `NotFree`.

    Repeating a client id stores nothing again; with another text it raises `ClientIdReused`.
    """
    # Of two that are the same one waits here, and then sees the other.
    Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    repeat = Message.objects.filter(conversation_id=conversation_id, client_id=client_id).first()
    if repeat is not None:
        if (repeat.text, repeat.sender) != (text, Message.Sender.AGENT):
            raise ClientIdReused
        return repeat, True
    draft = Draft(
        sender=Message.Sender.AGENT,
        text=text,
        author_id=by.pk,
        author_name=name,
        client_id=client_id,
        decision={"decision": "program"},
    )
    message = append_message(conversation_id, draft, only_if={**FREE, **_seen(epoch)})
    if message is None:
        raise NotFree
    announce_message(message)
    return message, False


@transaction.atomic
def close_for_program(conversation_id: int, *, by: User, reason: str = "", epoch: int | None = None) -> Conversation:
    """End a conversation in which the AI owes no answer, or whose customer waits in the queue. Raises `NotFree`."""
    is_idle = {"owner": Owner.AI, "answered_seq__gte": FREE["answered_seq__gte"]}
    for only_if in (is_idle, {"owner": Owner.QUEUE}):
        message = close(conversation_id, reason=reason, author_id=by.pk, only_if={**only_if, **_seen(epoch)})
        if message is not None:
            return message.conversation
    raise NotFree


def _seen(epoch: int | None) -> Mapping[str, Any]:
    return {} if epoch is None else {"epoch": epoch}


def _identify(customer: Customer, channel: Channel | None, external_id: str) -> None:
    kind = Kind.SHOP if channel else Kind.API
    CustomerIdentity.objects.create(customer=customer, channel=channel, kind=kind, external_id=external_id)
