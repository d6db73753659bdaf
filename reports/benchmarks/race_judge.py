"""Judges a conversation: every message must be a legal move after those before it. Pure; knows no database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "greeting",
    "customer",
    "answer",
    "handoff",
    "claim",
    "assign",
    "say",
    "give_back",
    "release",
    "transfer",
    "close",
    "requeue",
    "warn",
    "idle",
    "ticket",
]
AI, QUEUE, AGENT, NONE = "ai", "queue", "agent", "none"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody was told to have done by the message of this number. `to` is who gets a transferred chat."""

    kind: Kind
    by: int | None = None
    to: int | None = None
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A public message as it is stored."""

    seq: int
    sender: str
    client_id: str | None = None
    answers_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as it is stored."""

    status: str
    owner: str
    agent_id: int | None
    epoch: int
    last_seq: int
    customer_seq: int
    answered_seq: int


@dataclass(slots=True)
class Judge:
    """Follows one conversation from its greeting on; `found` counts what must never happen, by name."""

    owner: str = AI
    agent: int | None = None
    epoch: int = 0
    seq: int = 0
    asked: int = 0
    answered: int = 0
    is_waiting: bool = False
    numbers: dict[str, int] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)

    def read(self, messages: Iterable[Said], acts: Mapping[int, Act]) -> None:
        """The messages beyond those read before, in order of number."""
        for message in messages:
            if message.seq != self.seq + 1:
                self.found["gap"] += 1
            self.seq = message.seq
            self._remember(message)
            act = acts.get(message.seq)
            if act is None:
                self.found["unexplained"] += 1
            else:
                self._follow(message, act)

    def compare(self, row: Row) -> None:
        """The conversation's row must say what its messages say."""
        if row.status == "open" and row.owner == NONE:
            self.found["without_owner"] += 1
        expected = Row(
            "closed" if self.owner == NONE else "open",
            self.owner,
            self.agent,
            self.epoch,
            self.seq,
            self.asked,
            self.answered,
        )
        if row != expected:
            self.found["row_differs"] += 1

    def confirm(self, receipts: Iterable[tuple[str, int]]) -> None:
        """Each acknowledgement of a client id must name the number of its only message."""
        for client_id, seq in receipts:
            if client_id not in self.numbers:
                self.found["lost"] += 1
            elif self.numbers[client_id] != seq:
                self.found["changed_number"] += 1

    def is_settled(self) -> bool:
        """No customer's message waits for an AI that has forgotten it."""
        return self.owner != AI or self.answered >= self.asked

    def _remember(self, message: Said) -> None:
        if message.client_id is None:
            return
        if message.client_id in self.numbers:
            self.found["doubled"] += 1
        self.numbers.setdefault(message.client_id, message.seq)

    def _follow(self, message: Said, act: Act) -> None:
        if act.kind == "customer":
            self._hear(message)
        elif act.kind in ("answer", "handoff"):
            self._end_turn(message, act)
        elif act.kind == "claim":
            self._forbid("double_claim", self.owner not in (AI, QUEUE))
            self._pass_to(AGENT, act.by)
        elif act.kind == "assign":
            self._forbid("double_claim", self.owner != QUEUE)
            self._pass_to(AGENT, act.to)
        elif act.kind == "requeue":
            self._forbid("foreign_move", self.owner != AGENT)
            self._pass_to(QUEUE)
        elif act.kind in ("warn", "idle", "ticket"):
            self._see_off(act)
        elif act.kind != "greeting":
            self._serve(act)

    def _see_off(self, act: Act) -> None:
        """Silence and tickets end a chat: the one only where nobody owes a word, the other only in the queue."""
        if act.kind == "ticket":
            self._forbid("foreign_move", self.owner != QUEUE)
        else:
            self._forbid("foreign_move", self.owner not in (AI, AGENT))
            self._forbid("cut_off", self.is_waiting)
        if act.kind != "warn":
            self.answered = self.asked
            self.is_waiting = False
            self._pass_to(NONE)

    def _hear(self, message: Said) -> None:
        self.asked = message.seq
        self.is_waiting = True
        if self.owner == NONE:
            self._pass_to(AI)

    def _end_turn(self, message: Said, act: Act) -> None:
        self._forbid("talk_over", self.owner != AI)
        self._forbid("double_reply", (message.answers_seq or 0) <= self.answered)
        if act.kind == "handoff":
            self.answered = self.asked
            self._pass_to(QUEUE)
        else:
            self.answered = message.answers_seq or 0
            self.is_waiting = self.answered < self.asked

    def _serve(self, act: Act) -> None:
        self._forbid("foreign_move", (self.owner, self.agent) != (AGENT, act.by))
        if act.kind in ("say", "close"):
            self.answered = self.asked
            self.is_waiting = False
        if act.kind == "give_back":
            self.is_waiting = self.answered < self.asked
        if act.kind == "transfer":
            self._pass_to(AGENT, act.to)
        elif act.kind != "say":
            self._pass_to({"give_back": AI, "release": QUEUE, "close": NONE}[act.kind])

    def _pass_to(self, owner: str, agent: int | None = None) -> None:
        self.owner, self.agent, self.epoch = owner, agent, self.epoch + 1

    def _forbid(self, name: str, happened: bool) -> None:
        if happened:
            self.found[name] += 1


NAMES = (
    "talk_over",
    "double_reply",
    "double_claim",
    "foreign_move",
    "cut_off",
    "refused_in_vain",
    "without_owner",
    "gap",
    "lost",
    "doubled",
    "changed_number",
    "unexplained",
    "row_differs",
    "forgotten",
    "errors",
)
"""Everything that a run reports; all of it must be 0."""
