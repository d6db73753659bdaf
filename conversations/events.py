"""What happens to conversations, as other apps and integrators hear of it. Times are ISO strings in UTC."""

from dataclasses import dataclass, field
from typing import Any

from cs_platform.events import event


@event("conversation.created")
@dataclass(frozen=True, slots=True)
class ConversationCreated:
    """A customer opened a chat on a channel for the first time."""

    conversation_id: int
    channel: str
    customer_id: int


@event("conversation.status_changed")
@dataclass(frozen=True, slots=True)
class ConversationStatusChanged:
    """A conversation has another owner: AI, queue, a person, or nobody because it was closed.

    `status` is open or closed, `owner` ai, queue, agent or none, `agent_id` the person, `reason` why it changed.
    """

    conversation_id: int
    channel: str
    customer_id: int
    status: str
    owner: str
    epoch: int
    agent_id: int | None = None
    reason: str = ""


@event("message.created")
@dataclass(frozen=True, slots=True)
class MessageCreated:
    """Somebody said something. `seq` rises by one per conversation, `sender` is customer, ai, agent or system.

    `attachments` names the files (id, name, kind, type, size, width, height); the API gives addresses that open them.
    """

    message_id: int
    conversation_id: int
    seq: int
    sender: str
    name: str
    text: str
    created_at: str
    attachments: list[dict[str, Any]] = field(default_factory=list)


@event("customer.updated")
@dataclass(frozen=True, slots=True)
class CustomerUpdated:
    """A customer's profile changed; `fields` names what."""

    customer_id: int
    fields: list[str]


@event("turn.taken", is_public=False)
@dataclass(frozen=True, slots=True)
class TurnTaken:
    """The AI dealt with what a customer had written up to message `seq`: it answered, asked back, admitted a miss, or
    handed over.

    What came before `answered_seq` had been dealt with earlier; the episode began after `episode_seq`. `is_walk` says
    that a decision tree spoke.
    """

    conversation_id: int
    seq: int
    decision: str
    reason: str = ""
    intent: str = ""
    sentiment: str = ""
    entry_id: int | None = None
    answered_seq: int = 0
    episode_seq: int = 0
    is_walk: bool = False


@event("rating.given", is_public=False)
@dataclass(frozen=True, slots=True)
class RatingGiven:
    """A customer rated an episode; rating again replaces the first score."""

    conversation_id: int
    rating_id: int
    score: int


@event("suggestion.used", is_public=False)
@dataclass(frozen=True, slots=True)
class SuggestionUsed:
    """An agent sent a recommended reply; `similarity` (0..1) is how much of it was left after editing."""

    suggestion_id: int
    conversation_id: int
    is_edited: bool
    similarity: float


@event("customer.merged", is_public=False)
@dataclass(frozen=True, slots=True)
class CustomerMerged:
    """A stranger turned out to be a customer who was known already: what is the stranger's is that customer's now."""

    stranger_id: int
    customer_id: int


@event("ticket.created")
@dataclass(frozen=True, slots=True)
class TicketCreated:
    """A ticket was opened, by a person, a customer, the API or the AI (`source`)."""

    ticket_id: int
    number: str
    type: str
    status: str
    priority: str
    source: str
    subject: str
    owner_id: int | None
    customer_id: int | None
    conversation_id: int | None
    order_id: int | None
    due_at: str | None


@event("ticket.updated")
@dataclass(frozen=True, slots=True)
class TicketUpdated:
    """A ticket changed; `changed` names the fields, all else is as it stands now."""

    ticket_id: int
    number: str
    type: str
    status: str
    priority: str
    source: str
    subject: str
    owner_id: int | None
    customer_id: int | None
    conversation_id: int | None
    order_id: int | None
    due_at: str | None
    changed: list[str]


@event("ticket.overdue", is_public=False)
@dataclass(frozen=True, slots=True)
class TicketOverdue:
    """A ticket was not finished in time; told once for each time it was given."""

    ticket_id: int
    number: str
    type: str
    owner_id: int | None


@event("order.saved", is_public=False)
@dataclass(frozen=True, slots=True)
class OrderSaved:
    """A system of the shop reported a new order, or a change of one. `previous` is its status before, "" for new."""

    order_id: int
    number: str
    source: str
    status: str
    previous: str
    customer_id: int | None
    paid_at: str | None


@event("shipment.changed", is_public=False)
@dataclass(frozen=True, slots=True)
class ShipmentChanged:
    """A parcel has another status; `previous` is "" for a parcel that is new."""

    order_id: int
    shipment_id: int
    status: str
    previous: str


@event("visit.resumed", is_public=False)
@dataclass(frozen=True, slots=True)
class VisitResumed:
    """A visitor who has said nothing yet is back after a while."""

    conversation_id: int


@event("card.submitted", is_public=False)
@dataclass(frozen=True, slots=True)
class CardSubmitted:
    """A customer filled in and sent the form of a card."""

    submission_id: int
    conversation_id: int


@event("unsubscribe.asked", is_public=False)
@dataclass(frozen=True, slots=True)
class UnsubscribeAsked:
    """A customer wants no more messages that nobody asked for."""

    conversation_id: int
    message_id: int


@event("person.needed", is_public=False)
@dataclass(frozen=True, slots=True)
class PersonNeeded:
    """A customer waits in the queue and a step of the escalation ladder is reached: these people are to be called.

    `audience` is group, duty or managers, `transport` a kind of notice target or "" for all of them, `level` counts
    the steps of this wait from 0, `reason` is why the customer was handed over. It no longer holds once the
    conversation has another `epoch`.
    """

    conversation_id: int
    epoch: int
    level: int
    reason: str
    channel: str
    audience: str
    transport: str
    group_id: int | None
    waited_seconds: int


@event("demo.wanted", is_public=False)
@dataclass(frozen=True, slots=True)
class DemoWanted:
    """A demo shop was set up: whoever has something to show adds it."""
