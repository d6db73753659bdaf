"""Where nobody is there a customer gets a ticket and a promised time: for a message left, or for a wait in vain."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from conversations.models import Conversation, Message, Ticket
from conversations.models.ticket import TicketPriority
from conversations.services.announce import announce_message
from conversations.services.closing import close
from conversations.services.ledger import Draft, append_message
from conversations.services.outlook import back_at
from conversations.services.sweeping import look_again
from conversations.services.tickets import change_ticket, create_ticket
from conversations.services.words import in_language_of, moment
from cs_platform.contacts import clean_email, clean_phone
from routing.models import Priority

Owner = Conversation.Owner

WORDS_MAX = 50  # messages of a customer that go into one ticket
READY_AFTER = timedelta(hours=2)  # nothing is promised for the moment in which the shop opens
_TOKEN = re.compile(r"[^\s,，;；。:：、]+")


class Changed(Exception):
    """The conversation is not any more what it was: undo."""


@transaction.atomic
def begin_leaving(conversation_id: int) -> Message | None:
    """The customer wants to leave a message: say how. None when nobody waits in the queue, or it was said already."""
    with in_language_of(conversation_id):
        text = gettext("Please write what it is about, and how we can reach you (phone or e-mail). We get back to you.")
    message = append_message(
        conversation_id,
        Draft(sender=Message.Sender.SYSTEM, text=text, decision={"decision": "leave_message"}),
        only_if={"owner": Owner.QUEUE, "leaving_seq": None},
        changes={
            "leaving_seq": F("last_seq") + 1,
            "deadline": timezone.now() + timedelta(seconds=settings.LEAVING_SECONDS),
        },
    )
    if message is not None:
        announce_message(message)
    return message


def finish_leaving(conversation: Conversation) -> Message | None:
    """The customer has written, and then paused: that is the message. Who has written nothing waits on."""
    after = conversation.leaving_seq or 0
    words = _words_of(conversation, after)
    if not words:
        look_again(conversation, timezone.now(), leaving_seq=None)
        return None
    return _ticket(conversation, words, key=f"left-{conversation.pk}-{after}", reason="left_message")


def turn_into_ticket(conversation: Conversation) -> Message | None:
    """Nobody came: the wait becomes a ticket, and the customer is told. None when somebody came in this moment."""
    words = _words_of(conversation, conversation.episode_seq)
    key = f"waited-{conversation.pk}-{conversation.epoch}"
    return _ticket(conversation, words, key=key, reason="waited_in_vain")


def find_contact(text: str) -> str:
    """The first phone number or e-mail address in a text; empty when there is none."""
    for token in _TOKEN.findall(text):
        if found := clean_phone(token) or clean_email(token):
            return found
    return clean_phone(next(iter(re.findall(r"1[3-9]\d{9}", text)), ""))


def _words_of(conversation: Conversation, after: int) -> list[str]:
    rows = Message.objects.filter(conversation=conversation, seq__gt=after).from_customer().order_by("-seq")
    return list(rows.values_list("text", flat=True)[:WORDS_MAX])[::-1]


def _ticket(conversation: Conversation, words: list[str], *, key: str, reason: str) -> Message | None:
    try:
        with transaction.atomic():
            return _exchange_for_ticket(conversation, words, key=key, reason=reason)
    except Changed:
        return None


def _exchange_for_ticket(conversation: Conversation, words: list[str], *, key: str, reason: str) -> Message:
    """In one transaction the ticket takes the customer from the queue: there is always one of them."""
    customer, text = conversation.customer, "\n".join(words)
    is_urgent = conversation.priority >= Priority.URGENT
    ticket = create_ticket(
        subject=conversation.subject or text or gettext("Customer waited for a person"),
        description=text,
        source=Ticket.Source.CUSTOMER if reason == "left_message" else Ticket.Source.AI,
        priority=TicketPriority.HIGH if is_urgent else TicketPriority.NORMAL,
        conversation=conversation,
        contact=find_contact(text) or customer.phone or customer.email,
        idempotency_key=key,
        is_customer_told=False,
    )
    ticket = _promise(ticket, conversation)
    with in_language_of(conversation.pk):
        farewell = _farewell(ticket, reason)
    message = close(
        conversation.pk,
        reason=reason,
        text=farewell,
        only_if={"owner": Owner.QUEUE, "epoch": conversation.epoch, "last_seq": conversation.last_seq},
    )
    if message is None:
        raise Changed
    return message


def _promise(ticket: Ticket, conversation: Conversation) -> Ticket:
    """No time is promised at which the shop has only just opened, or is still closed."""
    opens = back_at(conversation.channel)
    if opens is None or (ticket.due_at and ticket.due_at >= opens + READY_AFTER):
        return ticket
    return change_ticket(ticket, due_at=opens + READY_AFTER)


def _farewell(ticket: Ticket, reason: str) -> str:
    facts = {"number": ticket.number, "when": moment(_rounded(ticket.due_at or timezone.now()))}
    if reason == "left_message":
        return (
            gettext(
                "Thank you, your message is noted under number %(number)s. We get back to you by %(when)s. You can also"
                " look here again, or ask something else at any time."
            )
            % facts
        )
    return (
        gettext(
            "None of my colleagues could come yet, I am sorry. Your question is noted under number %(number)s; we get"
            " back to you by %(when)s. You can also look here again, or ask something else at any time."
        )
        % facts
    )


def _rounded(at: datetime) -> datetime:
    """Up to the next five minutes: nobody means 09:47:12."""
    step = timedelta(minutes=5)
    over = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at if not over else at - over + step
