"""What happens to conversations, as other apps and integrators hear of it. Times are ISO strings in UTC."""

from dataclasses import dataclass

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
    """Somebody said something. `seq` rises by one per conversation, `sender` is customer, ai, agent or system."""

    message_id: int
    conversation_id: int
    seq: int
    sender: str
    name: str
    text: str
    created_at: str


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
    handed over."""

    conversation_id: int
    seq: int
    decision: str
    reason: str = ""
    intent: str = ""
    sentiment: str = ""
    entry_id: int | None = None


@event("rating.given", is_public=False)
@dataclass(frozen=True, slots=True)
class RatingGiven:
    """A customer rated an episode; rating again replaces the first score."""

    conversation_id: int
    rating_id: int
    score: int
