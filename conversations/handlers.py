"""What conversations does after events of its own: tell the knowledge base what became of its answers, call people."""

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from conversations.events import (
    ConversationStatusChanged,
    OrderSaved,
    PersonNeeded,
    RatingGiven,
    SuggestionUsed,
    TicketOverdue,
    TurnTaken,
)
from conversations.models import Conversation, Rating, Suggestion
from conversations.services.calling import call
from conversations.services.knowledge_signals import note_rating, note_rewriting, note_turn
from conversations.services.ticket_notices import tell_overdue
from cs_platform.events import on
from kb.services.experiments import note_handover, note_order, note_score

_WITH_A_PERSON = {Conversation.Owner.QUEUE, Conversation.Owner.AGENT}


def note_rating_given(event: RatingGiven) -> None:
    """A bad rating puts the AI's last answer on the list of pending knowledge; any rating counts for experiments."""
    if rating := Rating.objects.filter(pk=event.rating_id).first():
        note_rating(rating)
        note_score(event.conversation_id, event.score, at=timezone.now())


def note_turn_taken(event: TurnTaken) -> None:
    """What the AI did not know, or was not sure of, goes on the list of pending knowledge."""
    note_turn(event)


def note_person(event: ConversationStatusChanged) -> None:
    """A person has to deal with it: the answers before did not do."""
    if event.owner in _WITH_A_PERSON:
        note_handover(event.conversation_id, at=timezone.now())


def note_new_order(event: OrderSaved) -> None:
    """The customer bought something: when it was paid, which for an order from a file may be long ago."""
    if event.customer_id is not None and event.previous == "":
        paid_at = parse_datetime(event.paid_at) if event.paid_at else None
        note_order(event.customer_id, at=paid_at or timezone.now())


def note_suggestion(event: SuggestionUsed) -> None:
    """What an agent wrote instead of a recommended reply may be what the entry should say."""
    if suggestion := Suggestion.objects.select_related("message").filter(pk=event.suggestion_id).first():
        note_rewriting(suggestion)


def call_people_needed(event: PersonNeeded) -> None:
    """A step of the escalation ladder is reached."""
    call(event)


def call_owner(event: TicketOverdue) -> None:
    """Nobody finished a ticket in time."""
    tell_overdue(event)


on(TurnTaken, note_turn_taken)
on(RatingGiven, note_rating_given)
on(SuggestionUsed, note_suggestion)
on(PersonNeeded, call_people_needed)
on(ConversationStatusChanged, note_person)
on(OrderSaved, note_new_order)
on(TicketOverdue, call_owner)
