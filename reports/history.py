"""Messages → service episodes. Pure: what was said goes in, facts come out; nothing is read or written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from conversations.response import SMALL_TALK
from routing.courtesies import courtesy
from routing.phrases import asks_for_person

QUESTION_CHARACTERS = 200
REPLIES = frozenset({"answer", "clarify", "unknown"})
ASSIGNED = "assigned"
PROGRAM = "program"  # a system of the shop spoke through the API: no person
REOPENED = "reopened"
BECAME_TICKET = frozenset({"left_message", "waited_in_vain"})  # closed because a ticket goes on with it
PROACTIVE = frozenset(
    {"broadcast", "wake_up", "trigger", "notice", "order_notice", "card"}
)  # the shop wrote without being asked
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Said:
    """One public message, as far as reports care."""

    seq: int
    sender: str
    at: datetime
    text: str = ""
    author_id: int | None = None
    entry_id: int | None = None
    is_answer: bool = False
    decision: str = ""
    reason: str = ""
    intent: str = ""
    agent_id: int | None = None


def said(
    seq: int,
    sender: str,
    at: datetime,
    text: str,
    author_id: int | None,
    entry_id: int | None,
    answers_seq: int | None,
    why: Mapping[str, Any] | None,
) -> Said:
    """A message's row, its `decision` taken apart; whatever that holds, nothing fails."""
    why = why if isinstance(why, dict) else {}
    agent = why.get("to")  # of a transfer; otherwise the author is the person
    return Said(
        seq,
        sender,
        at,
        text,
        author_id,
        entry_id,
        is_answer=answers_seq is not None,
        decision=str(why.get("decision") or ""),
        reason=str(why.get("reason") or ""),
        intent=str(why.get("intent") or ""),
        agent_id=agent if isinstance(agent, int) else None,
    )


@dataclass(slots=True)
class Part:
    """What one person did in the episode."""

    agent_id: int
    joined_at: datetime
    replies: int = 0
    turns: int = 0
    wait_ms: int = 0
    turns_30s: int = 0
    turns_180s: int = 0
    first_wait_ms: int | None = None
    handle_seconds: int = 0
    is_last: bool = False


@dataclass(slots=True)
class Facts:
    """The facts of one episode while its messages are read in order."""

    start_seq: int
    opened_at: datetime
    last_seq: int = 0
    origin: str = "visit"
    question: str = ""
    first_text: str = ""
    intent: str = ""
    entry_id: int | None = None
    agent_id: int | None = None
    first_customer_at: datetime | None = None
    last_customer_at: datetime | None = None
    first_ai_at: datetime | None = None
    handoff_at: datetime | None = None
    handoff_reason: str = ""
    queued_at: datetime | None = None
    joined_at: datetime | None = None
    first_human_at: datetime | None = None
    ticket_at: datetime | None = None
    confirmed_at: datetime | None = None
    waiting_since: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str = ""
    ended_at: datetime | None = None
    next_customer_at: datetime | None = None
    customer_messages: int = 0
    ai_messages: int = 0
    agent_messages: int = 0
    ai_answers: int = 0
    ai_clarifies: int = 0
    ai_unknowns: int = 0
    last_decision: str = ""
    ai_turns: int = 0
    ai_wait_ms: int = 0
    ai_wait_max_ms: int = 0
    human_turns: int = 0
    human_wait_ms: int = 0
    human_wait_max_ms: int = 0
    human_turns_30s: int = 0
    human_turns_180s: int = 0
    first_human_wait_ms: int | None = None
    parts: dict[int, Part] = field(default_factory=dict)
    with_person: int | None = None  # the agent who has it now
    person_since: datetime | None = None
    spoken_at: datetime | None = None  # last word of customer or shop

    def take(self, message: Said) -> None:
        self.last_seq = message.seq
        {"customer": _take_customer, "ai": _take_ai, "agent": _take_agent}.get(message.sender, _take_system)(
            self, message
        )
        if message.sender != "system":
            self.spoken_at = message.at
        self.ended_at = self.closed_at or self.spoken_at or message.at

    @property
    def began_at(self) -> datetime:
        """The moment by which it is counted."""
        return self.first_customer_at or self.opened_at

    @property
    def handle_seconds(self) -> int:
        return sum(part.handle_seconds for part in self.parts.values())

    @property
    def back_after_seconds(self) -> int | None:
        if self.next_customer_at is None or self.ended_at is None:
            return None
        return max(0, (self.next_customer_at - self.ended_at) // SECOND)


def read_history(messages: Iterable[Said], start_seq: int = 0) -> list[Facts]:
    """The episodes of one conversation, from the messages above `start_seq`, in order.

    An episode ends when it is closed. The next word of the customer, or of the shop unasked, opens another; what the
    system says of its own accord after the closing, such as where a parcel is, still belongs to the closed one.
    """
    episodes: list[Facts] = []
    current: Facts | None = None
    last_seq = start_seq
    for message in messages:
        if current is None or (current.closed_at is not None and _opens(message)):
            if current is not None:
                _leave(current, current.ended_at or message.at)
            current = Facts(last_seq, message.at)
            episodes.append(current)
        current.take(message)
        last_seq = message.seq
    if current is not None:
        _leave(current, current.ended_at or current.opened_at)
    for earlier, later in pairwise(episodes):
        earlier.next_customer_at = later.first_customer_at
    return episodes


def _opens(message: Said) -> bool:
    """A closed chat goes on: with the customer, with the AI, with a broadcast, or because somebody opened it again."""
    return message.sender in ("customer", "ai") or message.decision in ("broadcast", "takeover", PROGRAM)


def _take_customer(facts: Facts, message: Said) -> None:
    facts.customer_messages += 1
    if facts.first_customer_at is None:
        facts.first_customer_at = message.at
        facts.first_text = message.text[:QUESTION_CHARACTERS]
        if facts.origin == "visit" and not facts.ai_messages:
            facts.origin = "customer"
    facts.last_customer_at = message.at
    kind = courtesy([message.text])
    if not facts.question and kind is None and not asks_for_person(message.text):
        facts.question = message.text[:QUESTION_CHARACTERS]
    is_thanks = kind == "thanks" and facts.last_decision == "answer" and facts.joined_at is None
    facts.confirmed_at = message.at if is_thanks else None
    facts.waiting_since = facts.waiting_since or message.at


def _take_ai(facts: Facts, message: Said) -> None:
    facts.ai_messages += 1
    facts.intent = facts.intent or message.intent
    if not message.is_answer and message.decision not in REPLIES:
        if facts.first_customer_at is None and (message.decision in PROACTIVE or facts.start_seq):
            facts.origin = "proactive"  # a greeting is only said once, at the very beginning
        return
    facts.first_ai_at = facts.first_ai_at or message.at
    if message.reason != SMALL_TALK:
        _count_decision(facts, message)
    if facts.waiting_since is not None:
        wait = _milliseconds(message.at - facts.waiting_since)
        facts.ai_turns += 1
        facts.ai_wait_ms += wait
        facts.ai_wait_max_ms = max(facts.ai_wait_max_ms, wait)
        facts.waiting_since = None


def _count_decision(facts: Facts, message: Said) -> None:
    decision = message.decision if message.decision in REPLIES else "answer"
    facts.last_decision = decision
    facts.entry_id = facts.entry_id or message.entry_id
    if decision == "answer":
        facts.ai_answers += 1
    elif decision == "clarify":
        facts.ai_clarifies += 1
    else:
        facts.ai_unknowns += 1


def _take_agent(facts: Facts, message: Said) -> None:
    if message.decision == PROGRAM:
        facts.ai_messages += 1
        facts.origin = "proactive" if facts.first_customer_at is None else facts.origin
        return
    facts.agent_messages += 1
    if message.author_id is not None and facts.with_person != message.author_id:
        _join(facts, message.author_id, message.at)
    facts.joined_at = facts.joined_at or message.at
    part = facts.parts.get(message.author_id or 0)
    if part is not None:
        part.replies += 1
    if facts.waiting_since is not None:
        _count_human_turn(facts, part, _milliseconds(message.at - facts.waiting_since))
        facts.waiting_since = None
    if facts.first_human_at is None:
        facts.first_human_at = message.at
        facts.first_human_wait_ms = _milliseconds(message.at - (facts.handoff_at or facts.joined_at))


def _count_human_turn(facts: Facts, part: Part | None, wait: int) -> None:
    is_quick, is_in_time = wait <= 30_000, wait <= 180_000
    facts.human_turns += 1
    facts.human_wait_ms += wait
    facts.human_wait_max_ms = max(facts.human_wait_max_ms, wait)
    facts.human_turns_30s += is_quick
    facts.human_turns_180s += is_in_time
    if part is None:
        return
    if part.turns == 0:
        part.first_wait_ms = wait
    part.turns += 1
    part.wait_ms += wait
    part.turns_30s += is_quick
    part.turns_180s += is_in_time


def _take_system(facts: Facts, message: Said) -> None:
    decision, agent_id = message.decision, message.agent_id or message.author_id
    if decision in ("handoff", "release"):
        _take_handoff(facts, message)
    elif decision in ("takeover", "transfer") and agent_id is not None:
        # Who was given the chat by the platform has not looked at it yet: that person joins with the first word.
        _join(facts, agent_id, message.at, is_here=message.reason != ASSIGNED)
        if facts.handoff_at is None and not facts.handoff_reason:
            facts.handoff_reason = message.reason or "agent_takeover"
        if facts.ended_at is None and facts.start_seq:  # the first word of the episode
            facts.origin, facts.handoff_reason = "proactive", REOPENED
    elif decision == "give_back":
        _leave(facts, message.at)
    elif decision == "broadcast" and facts.first_customer_at is None:
        facts.origin = "proactive"
    elif decision == "ticket" and facts.closed_at is None:
        facts.ticket_at = facts.ticket_at or message.at
    elif decision == "close":
        if message.reason in BECAME_TICKET:
            facts.ticket_at = facts.ticket_at or message.at
        is_human = facts.with_person is not None
        _leave(facts, message.at)
        facts.closed_at, facts.close_reason = message.at, message.reason[:200]
        if is_human:
            facts.waiting_since = None  # a person read the last words and saw that they ask for nothing


def _take_handoff(facts: Facts, message: Said) -> None:
    facts.intent = facts.intent or message.intent
    facts.entry_id = facts.entry_id or message.entry_id
    if facts.with_person is None and facts.handoff_at is None:
        facts.handoff_at = message.at
        facts.handoff_reason = message.reason
    _leave(facts, message.at)
    facts.queued_at = message.at
    facts.waiting_since = facts.waiting_since or message.at


def _join(facts: Facts, agent_id: int, at: datetime, *, is_here: bool = True) -> None:
    _leave(facts, at)
    if is_here:
        facts.joined_at = facts.joined_at or at
    facts.agent_id, facts.with_person, facts.person_since = agent_id, agent_id, at
    facts.parts.setdefault(agent_id, Part(agent_id, at))
    for part in facts.parts.values():
        part.is_last = part.agent_id == agent_id


def _leave(facts: Facts, at: datetime) -> None:
    """The person's time in the chat ends with the last word that was said in it, not with a late closing."""
    if facts.with_person is None or facts.person_since is None:
        return
    until = min(at, max(facts.spoken_at or facts.person_since, facts.person_since))
    facts.parts[facts.with_person].handle_seconds += max(0, (until - facts.person_since) // SECOND)
    facts.with_person = facts.person_since = None


def _milliseconds(duration: timedelta) -> int:
    return max(0, duration // timedelta(milliseconds=1))
