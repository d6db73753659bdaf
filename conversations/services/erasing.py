"""A customer is forgotten for good, on request: who it was and what was said goes, what was counted stays counted.

Rows stay, because figures and orders of the shop refer to them; every word in them that a person wrote or is known by
goes. What knowledge learnt from the customer stays without the names.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from conversations.board import push_row
from conversations.events import CustomerUpdated
from conversations.models import (
    Attachment,
    CardSubmission,
    Conversation,
    Customer,
    CustomerIdentity,
    InboundPayload,
    Message,
    Order,
    OutboundDelivery,
    PlatformThread,
    Rating,
    Suggestion,
    Ticket,
    TicketHistory,
    Walk,
    WrongReply,
)
from conversations.services.attachments import forget_attachments
from conversations.services.customers import TEXTS
from conversations.services.escalation import notices_about
from conversations.services.tickets import TICKET_OVERDUE
from cs_platform.audit import record
from cs_platform.due import set_due
from cs_platform.erasure import forget_events, forget_names, forget_notices
from cs_platform.events import emit
from cs_platform.models import User
from kb.services.forgetting import forget_words

Eraser = Callable[[Collection[Customer]], None]
ERASED = "—"
_DECISIONS_AT_ONCE = 500
_erasers: list[Eraser] = []


def also_erase(eraser: Eraser) -> None:
    """Apps above that keep something about customers name what forgets it. In the transaction of the erasure."""
    if eraser not in _erasers:
        _erasers.append(eraser)


def erase_customer(customer: Customer, *, by: User) -> Customer:
    """Forget who this is and what was said, with all that was merged into it. Doing it again changes nothing more."""
    people = _all_of(customer)
    chats = list(Conversation.objects.filter(customer__in=people).values_list("pk", flat=True))
    # Files cannot be rolled back: should the rest fail, the next try finds rows without them.
    forget_attachments(Attachment.objects.filter(conversation__in=chats))
    with transaction.atomic():
        for eraser in _erasers:
            eraser(people)
        forget_words(chats, [word for person in people for word in (person.name, person.wechat, person.phone) if word])
        _erase_tickets(people)
        _erase_chats(chats)
        _erase_ways_in(people)
        _erase_profiles(people)
        forget_names(Customer._meta.label_lower, [person.pk for person in people])
        customer.refresh_from_db()
        record("customer.erased", customer, by=by)
        emit(CustomerUpdated(customer_id=customer.pk, fields=sorted({*TEXTS, "tags", "marketing_consent"})))
    return customer


def _all_of(customer: Customer) -> list[Customer]:
    """The customer, and every stranger who turned out to be this one."""
    found, newest = [customer], [customer]
    while newest:
        newest = list(Customer.objects.filter(merged_into__in=newest).exclude(pk__in=[one.pk for one in found]))
        found += newest
    return found


def _erase_profiles(people: Collection[Customer]) -> None:
    blank: dict[str, Any] = dict.fromkeys(TEXTS, "")
    now, refused = timezone.now(), Customer.Consent.REFUSED
    rows = Customer.objects.filter(pk__in=[person.pk for person in people])
    rows.update(**blank, tags=[], marketing_consent=refused, marketing_consent_at=now, updated_at=now)
    # The shop's books need the order; whose parcel it was they need not.
    Order.objects.filter(customer__in=people).update(phone="", note="")


def _erase_ways_in(people: Collection[Customer]) -> None:
    """By what the customer is known: who writes again is a stranger. What platforms sent goes with it."""
    known = CustomerIdentity.objects.filter(customer__in=people)
    for channel_id, sender in known.exclude(channel=None).values_list("channel_id", "external_id"):
        InboundPayload.objects.filter(channel_id=channel_id, sender=sender).delete()
    known.delete()


def _erase_chats(chats: Collection[int]) -> None:
    for row in Conversation.objects.select_for_update().filter(pk__in=chats).order_by("pk"):
        _empty(row)
    of_chats = Q(conversation__in=chats)
    for model in (OutboundDelivery, PlatformThread, Suggestion, Walk):
        model._default_manager.filter(of_chats).delete()
    CardSubmission.objects.filter(message__conversation__in=chats).delete()
    WrongReply.objects.filter(message__conversation__in=chats).update(right_answer="")
    Rating.objects.filter(of_chats).update(comment="")
    messages = Message.objects.filter(of_chats)
    messages.update(text="", options=[], attached=[], card=None, chosen_option=None)
    messages.from_customer().update(author_name="")
    _cut_decisions(messages)
    forget_events({"conversation_id": chats})
    forget_notices(notices_about(number) for number in chats)


def _empty(conversation: Conversation) -> None:
    """Nobody owes a word any more, and nothing tells what it was about."""
    Conversation.objects.filter(pk=conversation.pk).update(
        status=Conversation.Status.CLOSED,
        owner=Conversation.Owner.NONE,
        agent=None,
        epoch=F("epoch") + 1,
        answered_seq=F("customer_seq"),
        closed_at=conversation.closed_at or timezone.now(),
        **dict.fromkeys(("waiting_since", "queued_at", "leaving_seq", "deadline", "turn_due_at", "turn_lease_until")),
        **dict.fromkeys(("subject", "last_text", "page_url", "page_title"), ""),
        is_assigned=False,
        unread=0,
        tags=[],
    )
    push_row(Conversation.objects.select_related("customer", "channel", "agent", "group").get(pk=conversation.pk))


def _cut_decisions(messages: Any) -> None:
    """Why something was said stays for the figures; how it was found quotes the customer."""
    explained = messages.filter(decision__has_key="trace").only("pk", "decision").order_by("pk")
    changed = []
    for message in explained.iterator(chunk_size=_DECISIONS_AT_ONCE):
        message.decision = {name: value for name, value in (message.decision or {}).items() if name != "trace"}
        changed.append(message)
    Message.objects.bulk_update(changed, ["decision"], batch_size=_DECISIONS_AT_ONCE)


def _erase_tickets(people: Collection[Customer]) -> None:
    tickets = Ticket.objects.filter(Q(customer__in=people) | Q(conversation__customer__in=people))
    numbers = list(tickets.values_list("pk", flat=True))
    now = timezone.now()
    TicketHistory.objects.filter(ticket__in=numbers).update(text="", changes={})
    rows = Ticket.objects.filter(pk__in=numbers)
    rows.update(subject=ERASED, description="", contact="", updated_at=now)
    rows.exclude(status=Ticket.Status.CLOSED).update(status=Ticket.Status.CLOSED, closed_at=now)
    for number in numbers:
        set_due(TICKET_OVERDUE, number, None)
    forget_events({"ticket_id": numbers, "customer_id": [person.pk for person in people]})
    forget_notices(f"ticket-{number}-" for number in numbers)
    forget_names(Ticket._meta.label_lower, numbers)
