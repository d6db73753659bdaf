"""What the players of the day know: kept by themselves, outside of the platform."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from reports.rehearsal.errand import Errand
from reports.stand.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Paid:
    """An order that was reported as paid."""

    number: str
    conversation: int  # where its buyer writes; 0 for nobody who is known here
    total: Decimal
    paid_at: datetime


@dataclass(slots=True)
class DayLedger(Ledger):
    """Beside messages: who came for what on which channel, and everything else that reports must count."""

    surprises: list[str] = field(default_factory=list)
    channels: dict[int, str] = field(default_factory=dict)  # conversation: key of its channel
    errands: dict[int, Errand] = field(default_factory=dict)
    ratings: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))  # (number, score)
    reads: dict[int, int] = field(default_factory=dict)
    leads: dict[int, datetime] = field(default_factory=dict)  # conversation: when a new contact was left
    repeated_leads: int = 0
    profiles: int = 0  # changes of customers' profiles, beside contacts that were left and promotions refused in a chat
    paid: list[Paid] = field(default_factory=list)
    notices: Counter[tuple[int, str, str]] = field(default_factory=Counter)  # conversation, parcel, status
    tickets: Counter[str] = field(default_factory=Counter)  # by source
    solved: Counter[str] = field(default_factory=Counter)  # tickets by agent
    about: Counter[int] = field(default_factory=Counter)  # tickets by conversation
    audience: frozenset[int] = frozenset()  # conversations to which the broadcast goes
    unwilling: set[int] = field(default_factory=set)  # of these, who wanted none before
    broadcast: int = 0

    def welcome(self, conversation: int, path: str, errand: Errand) -> None:
        """Somebody's chat is open."""
        self.profiles += bool(errand.account) and conversation not in self.errands
        self.channels[conversation] = path.strip("/").rpartition("/")[2]
        self.errands[conversation] = errand

    def rate(self, conversation: int, number: int, score: int) -> None:
        self.ratings[conversation].append((number, score))

    def read(self, conversation: int, number: int) -> None:
        self.reads[conversation] = max(number, self.reads.get(conversation, 0))

    def reasons(self) -> Mapping[int, str]:
        """Why a person gets the customer, by conversation."""
        return {conversation: errand.reason for conversation, errand in self.errands.items() if errand.reason}
