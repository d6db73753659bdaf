"""Tickets are written here: created once, changed by legal moves only, with a history and a time that is kept."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from conversations.events import TicketCreated, TicketOverdue, TicketUpdated
from conversations.models import Conversation, Customer, Message, Order, Ticket, TicketDay, TicketHistory
from conversations.models.ticket import LEGAL_MOVES, UNFINISHED, TicketPriority, TicketStatus, TicketType
from conversations.services.announce import announce_message
from conversations.services.deadlines import due_for
from conversations.services.ledger import Draft, append_message
from conversations.services.words import in_language_of
from cs_platform.due import set_due
from cs_platform.events import emit
from cs_platform.models import User
from cs_platform.realtime import INBOX_GROUP, push_on_commit, user_group
from routing.models import Channel, SkillGroup

TICKET_OVERDUE = "ticket.overdue"
CHANGEABLE = frozenset(
    {"subject", "description", "type", "status", "priority", "owner", "group", "customer", "conversation", "order"}
    | {"contact", "due_at"}
)

Kind = TicketHistory.Kind


class IllegalMove(Exception):
    """The status cannot become that one."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"{old} -> {new}")
        self.old, self.new = old, new


def create_ticket(
    *,
    subject: str,
    description: str = "",
    type: str = TicketType.OTHER,  # noqa: A002 - the field's name everywhere, in the API too
    priority: str = TicketPriority.NORMAL,
    source: str = Ticket.Source.AGENT,
    conversation: Conversation | None = None,
    customer: Customer | None = None,
    order: Order | None = None,
    owner: User | None = None,
    group: SkillGroup | None = None,
    contact: str = "",
    by: User | None = None,
    idempotency_key: str | None = None,
    is_customer_told: bool = True,
) -> Ticket:
    """Create a ticket; with an `idempotency_key` that was seen before, return that one's ticket and change nothing.

    The customer is taken from the conversation unless given, and is told the number there unless `is_customer_told`
    is False (for callers that say it themselves). `by` is the person who creates it.
    """
    ticket = Ticket(
        subject=subject.strip()[:200],
        description=description.strip(),
        type=type,
        priority=priority,
        source=source,
        conversation=conversation,
        customer=customer or (conversation.customer if conversation else None),
        order=order,
        owner=owner,
        group=group,
        contact=contact.strip()[:100],
        created_by=by,
        idempotency_key=idempotency_key or None,
    )
    if idempotency_key and (known := Ticket.objects.filter(idempotency_key=idempotency_key).first()):
        return known
    try:
        return _create(ticket, by, is_customer_told=is_customer_told)
    except IntegrityError:  # a twin of this very request was first
        if idempotency_key and (known := Ticket.objects.filter(idempotency_key=idempotency_key).first()):
            return known
        raise


@transaction.atomic
def _create(ticket: Ticket, by: User | None, *, is_customer_told: bool) -> Ticket:
    now = timezone.now()
    ticket.number = _next_number(now)
    ticket.created_at = ticket.updated_at = now
    ticket.due_at = due_for(ticket.type, ticket.priority, now, channel=_channel_of(ticket))
    if ticket.source == Ticket.Source.AGENT:
        ticket.first_response_at = now  # the customer is talking to that person
    ticket.save(force_insert=True)
    _write_history(ticket, Kind.CREATED, by)
    set_due(TICKET_OVERDUE, ticket.pk, ticket.due_at)
    emit(TicketCreated(**_facts(ticket)))
    if is_customer_told:
        _tell_customer(ticket, "created", _created_text)
    return ticket


@transaction.atomic
def change_ticket(ticket: Ticket | int, *, by: User | None = None, note: str = "", **fields: Any) -> Ticket:
    """Set fields of a ticket (those of `CHANGEABLE`); what is the same already changes nothing.

    The status moves as `LEGAL_MOVES` allows, else `IllegalMove` and nothing is stored. A `note` stands with the
    change in the history. A new type or priority moves the time it is due, unless `due_at` is set by hand.
    """
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not a field of a ticket that can be changed: {', '.join(sorted(unknown))}")
    key = ticket.pk if isinstance(ticket, Ticket) else ticket
    locked = Ticket.objects.select_for_update().get(pk=key)
    changes = {name: [_plain(locked, name), None] for name in fields if getattr(locked, name) != fields[name]}
    if not changes and not note.strip():
        return locked
    if "status" in changes:
        _check_move(locked.status, fields["status"])
    for name in changes:
        setattr(locked, name, fields[name])
    _follow(locked, set(changes), by)
    for name, pair in changes.items():
        pair[1] = _plain(locked, name)
    _save(locked)
    _write_history(locked, Kind.CHANGED if changes else Kind.NOTE, by, text=note.strip(), changes=changes)
    if changes:
        emit(TicketUpdated(**_facts(locked), changed=sorted(changes)))
    if "status" in changes and locked.status == TicketStatus.SOLVED:
        _tell_customer(locked, "solved", _solved_text)
    return locked


def add_ticket_note(ticket: Ticket | int, text: str, *, by: User | None = None) -> Ticket:
    """Keep a note of a colleague with the ticket; customers never see it."""
    if not text.strip():
        raise ValueError("an empty note")
    return change_ticket(ticket, by=by, note=text)


@transaction.atomic
def notice_overdue(ticket_id: int) -> None:
    """The time of a ticket is over: tell once, whoever calls how often. Nothing when it was finished meanwhile."""
    now = timezone.now()
    found = Ticket.objects.overdue(now).filter(pk=ticket_id, overdue_at__isnull=True).update(overdue_at=now)
    if not found:
        return
    ticket = Ticket.objects.get(pk=ticket_id)
    emit(TicketOverdue(ticket_id=ticket.pk, number=ticket.number, owner_id=ticket.owner_id, type=ticket.type))
    _alert_agents(ticket)


def _next_number(now: datetime) -> str:
    """The next number of the day. The day's row stays locked until the end, so none is given twice or left out."""
    day = timezone.localtime(now).date()
    if not TicketDay.objects.filter(day=day).update(last=F("last") + 1):
        try:
            with transaction.atomic():
                TicketDay.objects.create(day=day, last=1)
        except IntegrityError:
            TicketDay.objects.filter(day=day).update(last=F("last") + 1)
    last = TicketDay.objects.values_list("last", flat=True).get(day=day)
    return f"T{day:%Y%m%d}-{last:04d}"


def _check_move(old: str, new: str) -> None:
    if new not in LEGAL_MOVES.get(old, ()):
        raise IllegalMove(old, new)


def _follow(ticket: Ticket, changed: set[str], by: User | None) -> None:
    """What follows from a change: times of the status, and a new time to be ready by."""
    now = timezone.now()
    ticket.updated_at = now
    if ticket.first_response_at is None and by is not None:
        ticket.first_response_at = now
    if "status" in changed:
        ticket.solved_at = (ticket.solved_at or now) if ticket.status not in UNFINISHED else None
        ticket.closed_at = now if ticket.status == TicketStatus.CLOSED else None
    if changed & {"type", "priority"} and "due_at" not in changed:
        ticket.due_at = due_for(ticket.type, ticket.priority, ticket.created_at, channel=_channel_of(ticket))
    if ticket.due_at is None or ticket.due_at > now:
        ticket.overdue_at = None


def _channel_of(ticket: Ticket) -> Channel | None:
    return ticket.conversation.channel if ticket.conversation else None


def _save(ticket: Ticket) -> None:
    ticket.save()
    set_due(TICKET_OVERDUE, ticket.pk, ticket.due_at if ticket.status in UNFINISHED else None)


def _write_history(
    ticket: Ticket,
    kind: str,
    by: User | None,
    *,
    text: str = "",
    changes: Mapping[str, list[Any]] | None = None,
) -> None:
    TicketHistory.objects.create(
        ticket=ticket,
        kind=kind,
        author=by,
        author_name=by.public_name if by else "",
        text=text,
        changes=dict(changes or {}),
    )


def _plain(ticket: Ticket, name: str) -> str | None:
    """A field's value as the history keeps it: people and things by their names."""
    value = getattr(ticket, name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, User):
        return value.public_name
    return f"#{value.pk}" if isinstance(value, Conversation) else str(value)


def _facts(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket_id": ticket.pk,
        "number": ticket.number,
        "type": ticket.type,
        "status": ticket.status,
        "priority": ticket.priority,
        "source": ticket.source,
        "subject": ticket.subject,
        "owner_id": ticket.owner_id,
        "customer_id": ticket.customer_id,
        "conversation_id": ticket.conversation_id,
        "order_id": ticket.order_id,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
    }


def _tell_customer(ticket: Ticket, reason: str, words: Callable[[Ticket], str]) -> None:
    if ticket.conversation_id is None:
        return
    with in_language_of(ticket.conversation_id):
        text = words(ticket)
    decision = {"decision": "ticket", "reason": reason, "ticket": ticket.number}
    draft = Draft(sender=Message.Sender.SYSTEM, text=text, decision=decision)
    if message := append_message(ticket.conversation_id, draft, only_if={}):
        announce_message(message)


def _created_text(ticket: Ticket) -> str:
    if ticket.due_at is None:
        return gettext("Your request is noted under number %(number)s.") % {"number": ticket.number}
    due = date_format(timezone.localtime(ticket.due_at), pgettext("date format", "M j, H:i"))
    text = gettext("Your request is noted under number %(number)s. We will get back to you by %(due)s.")
    return text % {"number": ticket.number, "due": due}


def _solved_text(ticket: Ticket) -> str:
    text = gettext("Your request %(number)s (%(subject)s) is done. If anything is missing, just write here.")
    return text % {"number": ticket.number, "subject": ticket.subject}


def _alert_agents(ticket: Ticket) -> None:
    """The owner's consoles are alerted; everybody's when nobody owns it."""
    text = gettext("Ticket %(number)s is overdue: %(subject)s") % {"number": ticket.number, "subject": ticket.subject}
    push_on_commit(
        user_group(ticket.owner_id) if ticket.owner_id else INBOX_GROUP,
        {
            "type": "inbox.notification",
            "kind": "ticket_overdue",
            "conversation": ticket.conversation_id,
            "ticket": ticket.number,
            "subject": ticket.subject,
            "text": text,
        },
    )
