"""From what was read and done to figures: counted anew, not by the code that is judged. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from reports.rehearsal.ledger import DayLedger
from reports.rehearsal.reading import AI_REPLIES, Heard

DECISIONS = frozenset({"answer", "clarify", "unknown", "order"})
OVER = frozenset({"closed", "left"})
MOMENT = timedelta(milliseconds=1)


@dataclass(slots=True)
class Service:
    """One service episode: from the first word until the chat is closed."""

    conversation: int
    channel: str
    first: int
    first_word_at: datetime | None = None
    wrote: int = 0
    is_proactive: bool = False
    ai_replied: bool = False
    last_decision: str = ""
    was_thanked: bool = False
    waits_since: datetime | None = None
    was_called: bool = False
    reason: str = ""
    joined: bool = False
    has_ticket: bool = False
    is_over: bool = False
    came_back: bool = False
    score: int | None = None
    has_lead: bool = False
    orders: int = 0
    amount: Decimal = Decimal(0)
    ai_waits: list[int] = field(default_factory=list)
    human_waits: list[int] = field(default_factory=list)
    agents: Counter[str] = field(default_factory=Counter)  # replies by name
    last_agent: str = ""

    @property
    def is_engaged(self) -> bool:
        return self.wrote > 0

    @property
    def is_cohort(self) -> bool:
        return self.is_engaged and (self.ai_replied or self.was_called or self.joined)

    @property
    def outcome(self) -> str:
        """What became of it; "" outside the AI's part."""
        if not self.is_cohort:
            return ""
        if self.joined or self.has_ticket:
            return "handed_over"
        if not self.is_over:
            return "still_open"
        if self.was_called:
            return "abandoned"
        return "resolved" if self._looks_solved else "unresolved"

    @property
    def _looks_solved(self) -> bool:
        is_answered = self.last_decision in ("answer", "order") and (self.waits_since is None or self.was_thanked)
        return is_answered and (self.score is None or self.score > 2) and not self.came_back


def read_services(conversation: int, channel: str, messages: Sequence[Heard]) -> list[Service]:
    """The episodes of a conversation, from its messages in order."""
    services: list[Service] = []
    for message in messages:
        if not services or (services[-1].is_over and _opens(message)):
            services.append(Service(conversation, channel, message.seq))
        _READERS[message.sender](services[-1], message)
    for earlier, later in pairwise(services):
        earlier.came_back = later.is_engaged
    return services


def _opens(message: Heard) -> bool:
    """A closed chat goes on with the customer, with the AI, or with a broadcast."""
    return message.sender in ("customer", "ai") or message.kind == "broadcast"


def _read_customer(service: Service, message: Heard) -> None:
    service.wrote += 1
    service.first_word_at = service.first_word_at or message.at
    service.waits_since = service.waits_since or message.at
    is_polite = message.text in ("好的，谢谢",)
    service.was_thanked = is_polite and service.last_decision in ("answer", "order") and not service.joined


def _read_ai(service: Service, message: Heard) -> None:
    if message.kind == "wake_up" and not service.wrote:
        service.is_proactive = True
    if message.kind not in AI_REPLIES and message.kind != "opted_out":
        return
    service.ai_replied = True
    if message.kind in DECISIONS:
        service.last_decision = message.kind
    elif message.kind == "opted_out":
        service.last_decision = "answer"
    if service.waits_since is not None:
        service.ai_waits.append((message.at - service.waits_since) // MOMENT)
        service.waits_since = None


def _read_agent(service: Service, message: Heard) -> None:
    service.joined = True
    service.agents[message.name] += 1
    service.last_agent = message.name
    if service.waits_since is not None:
        service.human_waits.append((message.at - service.waits_since) // MOMENT)
        service.waits_since = None


def _read_system(service: Service, message: Heard) -> None:
    if message.kind == "broadcast":
        service.is_proactive = service.is_proactive or not service.wrote
    elif message.kind == "queued":
        service.was_called = True
        service.waits_since = service.waits_since or message.at
    elif message.kind == "ticket" and not service.is_over:
        service.has_ticket = True
    elif message.kind in OVER:
        service.has_ticket = service.has_ticket or message.kind == "left"
        if service.joined:
            service.waits_since = None
        service.is_over = True


_READERS = {"customer": _read_customer, "ai": _read_ai, "agent": _read_agent, "system": _read_system}


@dataclass(slots=True)
class Books:
    """All episodes of the day, completed by what no message tells."""

    services: list[Service]

    @classmethod
    def of(cls, ledger: DayLedger, heard: Mapping[int, Sequence[Heard]]) -> "Books":
        services = [
            one
            for conversation, messages in sorted(heard.items())
            for one in read_services(conversation, ledger.channels[conversation], messages)
        ]
        mine: defaultdict[int, list[Service]] = defaultdict(list)
        for one in services:
            mine[one.conversation].append(one)
        for conversation, ratings in ledger.ratings.items():
            for number, score in ratings:
                [one for one in mine[conversation] if one.first <= number][-1].score = score
        for conversation, at in ledger.leads.items():
            begun = [one for one in mine[conversation] if heard[conversation][one.first - 1].at <= at]
            begun[-1].has_lead = True
        for paid in ledger.paid:
            _count_order(mine[paid.conversation], paid.paid_at, paid.total)
        reasons = ledger.reasons()
        for one in services:
            one.reason = reasons.get(one.conversation, "?") if one.was_called else ""
        return cls(services)

    def figures(self, channel: str) -> dict[str, float]:
        """What the board must show for a channel."""
        mine = [one for one in self.services if one.channel == channel]
        engaged = [one for one in mine if one.is_engaged]
        cohort = [one for one in mine if one.is_cohort]
        outcomes = Counter(one.outcome for one in cohort)
        waits = [wait for one in mine for wait in (*one.ai_waits, *one.human_waits)]
        called = sum(one.was_called or one.joined for one in cohort)
        leads = sum(one.has_lead for one in engaged)
        ordered = sum(one.orders > 0 for one in engaged)
        scores = [one.score for one in mine if one.score is not None]
        return {
            "conversations": len(mine),
            "engaged": len(engaged),
            "leads": leads,
            "called": called,
            **{name: outcomes[name] for name in OUTCOMES},
            "lead_rate": _share(leads, len(engaged)),
            "resolved_rate": _share(outcomes["resolved"], len(cohort)),
            "takeover_rate": _share(called, len(cohort)),
            "response_seconds": _share(sum(waits) / 1000, len(waits)),
            "conversion_rate": _share(ordered, len(engaged)),
            "orders": sum(one.orders for one in mine),
            "order_cents": int(100 * sum((one.amount for one in mine), Decimal(0))),
            "rated": len(scores),
            "positive": sum(score > 3 for score in scores),
            "negative": sum(score < 3 for score in scores),
            "positive_rate": _share(sum(score > 3 for score in scores), len(scores)),
            "asked_for_person": sum(one.reason == "customer_request" for one in cohort),
            "ai_cohort": len(cohort),
            "proactive_only": sum(one.is_proactive and not one.is_engaged for one in mine),
        }

    def week(self, channels: Iterable[str], figures: Sequence[str]) -> dict[str, float]:
        """These figures of all channels together; the day is the week's only one."""
        shown = [self.figures(channel) for channel in channels]
        return {key: sum(one[key] for one in shown) for key in figures}

    def reasons(self) -> dict[str, int]:
        return dict(Counter(one.reason for one in self.services if one.is_cohort and one.was_called))

    def agents(self, ledger: DayLedger, names: Mapping[str, str]) -> dict[str, tuple[int, int, float, int]]:
        """By agent's name: chats, replies, average score of the chats that this person ended, tickets solved."""
        solved = {names[username]: count for username, count in ledger.solved.items()}
        found = {}
        for name in names.values():
            mine = [one for one in self.services if one.agents[name]]
            scores = [one.score for one in mine if one.last_agent == name and one.score is not None]
            row = (
                len(mine),
                sum(one.agents[name] for one in mine),
                _share(sum(scores), len(scores)),
                solved.get(name, 0),
            )
            if any(row):
                found[name] = row
        return found


OUTCOMES = ("resolved", "handed_over", "abandoned", "unresolved", "still_open")


def unanswered_questions(heard: Mapping[int, Sequence[Heard]], known: Sequence[str]) -> dict[str, int]:
    """How often each of these questions was asked in vain: nobody knew, or a person was called because of it."""
    counts: Counter[str] = Counter()
    for messages in heard.values():
        for before, after in pairwise(messages):
            counts[before.text] += before.sender == "customer" and after.kind in ("unknown", "queued")
    return {question: counts[question] for question in known if counts[question]}


def broadcast_effect(ledger: DayLedger, heard: Mapping[int, Sequence[Heard]]) -> dict[str, Any]:
    """What became of the broadcast, as far as customers can know."""
    sent = {
        conversation: one for conversation, messages in heard.items() for one in messages if one.kind == "broadcast"
    }
    after = {
        conversation: [one for one in heard[conversation] if one.sender == "customer" and one.seq > broadcast.seq]
        for conversation, broadcast in sent.items()
    }
    orders = [one for one in ledger.paid if one.conversation in sent and one.paid_at >= sent[one.conversation].at]
    refusing = {conversation for conversation in sent for one in heard[conversation] if one.kind == "opted_out"}
    return {
        "recipients": len(ledger.audience),
        "sent": len(sent),
        "skipped": {"opted_out": len(ledger.unwilling)},
        "failed": 0,
        "waiting": 0,
        "read": sum(ledger.reads.get(conversation, 0) >= one.seq for conversation, one in sent.items()),
        "replied": sum(bool(messages) for messages in after.values()),
        "ordered": len({one.conversation for one in orders}),
        "orders": len(orders),
        "revenue": float(sum((one.total for one in orders), Decimal(0))),
        "opted_out": len(refusing),
    }


def _count_order(services: Sequence[Service], at: datetime, total: Decimal) -> None:
    """For the last episode in which the buyer had written before paying."""
    before = [one for one in services if one.first_word_at is not None and one.first_word_at <= at]
    if before:
        before[-1].orders += 1
        before[-1].amount += total


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
