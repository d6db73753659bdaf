"""What a told story is made of: customers, their visits, the lines that are said. Plain facts, no rows yet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Act(StrEnum):
    """What a line is beside its words."""

    NONE = ""
    OPENED_SILENT = "opened_silent"  # the wake-ups and cards of marketing, by the kind of their trigger
    TALKED_SILENT = "talked_silent"
    KEYWORD = "keyword"
    RECEIPT = "receipt"  # the customer has filled in the card before
    BROADCAST = "broadcast"
    TICKET = "ticket"


CARDS = (Act.TALKED_SILENT, Act.KEYWORD)


@dataclass(frozen=True, slots=True)
class Known:
    """A question that the shop's knowledge answers."""

    entry_id: int
    phrasings: tuple[str, ...]
    answer: str
    intent: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """A reply that was recommended to an agent: sent as it is, sent in other words, or passed over."""

    known: Known
    is_used: bool
    is_edited: bool = False


@dataclass(slots=True)
class Line:
    """One message."""

    at: datetime
    sender: str
    text: str
    decision: dict[str, object] | None = None
    agent: int | None = None  # the place of the person in the list of agents
    entry_id: int | None = None
    is_answer: bool = False
    act: Act = Act.NONE
    advice: Advice | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What became a ticket: opened at that moment by an agent, or by the customer who found nobody there."""

    at: datetime
    type: str
    subject: str
    agent: int | None = None
    is_urgent: bool = False


@dataclass(slots=True)
class Visit:
    """One service episode of one customer. `news` came after its end."""

    lines: list[Line] = field(default_factory=list)
    news: list[Line] = field(default_factory=list)
    score: int | None = None
    comment: str = ""
    is_lead: bool = False
    order_after: timedelta | None = None
    request: Request | None = None

    @property
    def has_talked(self) -> bool:
        return any(line.sender == "customer" for line in self.lines)


@dataclass(slots=True)
class Story:
    """A customer with all visits, on one channel."""

    number: int
    channel: str
    name: str
    region: str
    phone: str
    is_vip: bool
    bought_before: timedelta | None = None
    has_refused: bool = False  # broadcasts, before there was one
    refused_at: datetime | None = None
    visits: list[Visit] = field(default_factory=list)
