"""A shopper opens the chat: recognise the person, find or start the conversation."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from conversations.events import ConversationCreated, CustomerUpdated, VisitResumed
from conversations.models import Conversation, Customer, CustomerIdentity, Message
from conversations.models.message import MessageQuerySet
from conversations.services.announce import message_created
from conversations.services.customers import absorb_stranger, can_absorb
from conversations.services.ledger import Draft, append_message
from conversations.standing import stage_of
from cs_platform.events import emit
from cs_platform.text import storable
from kb.scope import Scope
from kb.search import current_index
from routing.models import Channel

Kind = CustomerIdentity.Kind
RETURN_AFTER = timedelta(minutes=10)


class InvalidIdentity(Exception):
    """The shop's signature on who the customer is does not hold."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the shopper is while chatting."""

    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """An opened chat. `token` is what the browser keeps to be recognised again."""

    token: str
    conversation: Conversation


def open_visit(channel: Channel, *, token: str | None, page: Page = Page(), identity: str | None = None) -> Visit:
    """Find the visitor's conversation on this channel, or start one with the channel's greeting.

    An unknown token counts as no token. `identity` is a JWT (HS256, the channel's secret) with `sub`, and
    optionally `name`, `email` and `phone`, by which a logged-in customer is known on every device. Raises
    `InvalidIdentity` when it is given and does not hold; nothing is stored then.
    """
    claims = read_identity(channel, identity) if identity else None
    if token and claims is None and (known := _known_conversation(channel, token)):
        _keep_page(known, page)
        _tell_of_return(known)
        return Visit(token, known)
    try:
        return _begin(channel, token, claims, page)
    except IntegrityError:  # another tab of the same customer said hello in the same moment
        return _begin(channel, token, claims, page)


@transaction.atomic
def _begin(channel: Channel, token: str | None, claims: Mapping[str, Any] | None, page: Page) -> Visit:
    customer, token = _recognise(channel, token, claims)
    return Visit(token, conversation_of(channel, customer, page))


def find_conversation(channel: Channel, token: str) -> Conversation | None:
    """The conversation that a browser's token opens on this channel; nothing is begun."""
    return _known_conversation(channel, token)


def messages_for_visitor(conversation_id: int, after: int) -> MessageQuerySet:
    """Every public message with a number above `after`, in order."""
    return Message.objects.filter(conversation_id=conversation_id).public().after(after).order_by("seq")


def last_number(conversation_id: int) -> int:
    """The number of the latest public message; 0 for a conversation that is gone."""
    rows = Conversation.objects.filter(pk=conversation_id).values_list("last_seq", flat=True)
    return rows.first() or 0


def read_identity(channel: Channel, signed: str) -> Mapping[str, Any]:
    """The claims of a signed identity. Raises `InvalidIdentity`."""
    try:
        claims = jwt.decode(signed, channel.identity_secret, algorithms=["HS256"], options={"require": ["sub", "exp"]})
    except (jwt.InvalidTokenError, UnicodeError) as error:
        raise InvalidIdentity(str(error)) from error
    if (
        not isinstance(claims["sub"], str)
        or not 0 < len(claims["sub"]) <= 128
        or claims["sub"] != storable(claims["sub"])
    ):
        raise InvalidIdentity("sub")
    return claims


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _recognise(channel: Channel, token: str | None, claims: Mapping[str, Any] | None) -> tuple[Customer, str]:
    """The customer and a token that names the customer; both new for a stranger."""
    known = _identity(channel, Kind.VISITOR, hash_token(token)) if token else None
    if claims is None:
        if known and token:
            return known.customer, token
        return _welcome_stranger(channel)
    account = _identity(channel, Kind.SHOP, claims["sub"])
    if account is None:
        # The browser's stranger turns out to be this account, unless it was already known as another one.
        if known and token and not known.customer.identities.filter(kind=Kind.SHOP).exists():
            customer = known.customer
            # Whoever noted the stranger's token before must not read what the account says from now on.
            known.delete()
            token = _new_token(channel, customer)
        else:
            customer, token = _welcome_stranger(channel)
        CustomerIdentity.objects.create(customer=customer, channel=channel, kind=Kind.SHOP, external_id=claims["sub"])
    else:
        customer = account.customer
        if known is not None and can_absorb(known.customer, customer):
            absorb_stranger(known.customer, into=customer)  # an account that the shop's systems told of came to chat
            known = None
        if known is None or token is None or known.customer_id != customer.pk:
            token = _new_token(channel, customer)
    _keep_claims(customer, claims)
    return customer, token or ""


def _identity(channel: Channel, kind: str, external_id: str) -> CustomerIdentity | None:
    rows = CustomerIdentity.objects.select_related("customer")
    return rows.filter(channel=channel, kind=kind, external_id=external_id).first()


def _welcome_stranger(channel: Channel) -> tuple[Customer, str]:
    customer = Customer.objects.create()
    return customer, _new_token(channel, customer)


def _new_token(channel: Channel, customer: Customer) -> str:
    token = secrets.token_urlsafe(32)
    CustomerIdentity.objects.create(
        customer=customer, channel=channel, kind=Kind.VISITOR, external_id=hash_token(token)
    )
    return token


def _keep_claims(customer: Customer, claims: Mapping[str, Any]) -> None:
    changed = []
    for name, limit in (("name", 100), ("email", 254), ("phone", 30)):
        value = claims.get(name)
        value = storable(value)[:limit] if isinstance(value, str) else ""
        if value and getattr(customer, name) != value:
            setattr(customer, name, value)
            changed.append(name)
    if changed:
        customer.updated_at = timezone.now()
        customer.save(update_fields=[*changed, "updated_at"])
        emit(CustomerUpdated(customer_id=customer.pk, fields=changed))


def _known_conversation(channel: Channel, token: str) -> Conversation | None:
    """What most visits come back to, in one query: a thousand browsers may reconnect at once."""
    rows = Conversation.objects.select_related("customer", "channel", "agent", "group")
    return rows.filter(
        channel=channel,
        customer__identities__channel=channel,
        customer__identities__kind=Kind.VISITOR,
        customer__identities__external_id=hash_token(token),
    ).first()


def conversation_of(channel: Channel, customer: Customer, page: Page = Page()) -> Conversation:
    """The customer's conversation on this channel, begun with the channel's greeting if there was none."""
    conversation, is_new = Conversation.objects.get_or_create(customer=customer, channel=channel)
    _keep_page(conversation, page)
    if is_new:
        emit(ConversationCreated(conversation.pk, channel.key, customer.pk))
        greet(conversation)
    return Conversation.objects.select_related("customer", "channel", "agent", "group").get(pk=conversation.pk)


def _tell_of_return(conversation: Conversation) -> None:
    """Only of those who have said nothing yet, and not of a line that broke: most visits write nothing."""
    is_silent = conversation.owner == Conversation.Owner.AI and conversation.customer_seq <= conversation.episode_seq
    if is_silent and timezone.now() - conversation.last_message_at > RETURN_AFTER:
        emit(VisitResumed(conversation.pk))


def _keep_page(conversation: Conversation, page: Page) -> None:
    url, title = page.url[:500], page.title[:200]
    if url and url != conversation.page_url:
        Conversation.objects.filter(pk=conversation.pk).update(page_url=url, page_title=title)


def greet(conversation: Conversation) -> None:
    """The first words of a conversation in which nothing was said yet."""
    channel = conversation.channel
    with translation.override(channel.language):  # a system of the shop that opens it may speak another one
        greeting = channel.greeting or gettext("Hi, I'm the shop's AI assistant. What can I help you with?")
        name = gettext("AI assistant")
    message = append_message(
        conversation.pk,
        Draft(
            sender=Message.Sender.AI,
            text=greeting,
            author_name=name,
            options=suggested_options(channel),
            decision={"decision": "greeting"},
        ),
        only_if={"last_seq": 0},
    )
    if message is not None:
        emit(message_created(message))


def suggested_options(channel: Channel) -> list[dict[str, str]]:
    """The channel's suggested questions that knowledge can answer right now."""
    questions = [line.strip() for line in channel.suggested_questions.splitlines() if line.strip()]
    index = current_index()
    fitting = index.fitting(Scope(channel.key, channel.kind, stage=stage_of(None)), timezone.now())
    found = [(question, index.exact(question, fitting)) for question in questions]
    return [{"id": f"entry:{entries[0].id}", "text": question} for question, entries in found if entries]
