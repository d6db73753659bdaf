"""The outside ledger: what was sent, acknowledged and seen, compared with what is stored. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MUST_BE_ZERO = (
    "lost",
    "duplicates",
    "foreign",
    "ghosts",
    "gaps",
    "changed_numbers",
    "seen_twice",
    "missed",
    "unacknowledged",
    "unanswered",
    "answered_twice",
    "talked_over",
    "orphans",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message on its way: who wrote it (a visitor's number, or an agent's name) and for which conversation."""

    client_id: str
    text: str
    writer: str
    conversation: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A public message in the database."""

    conversation: int
    seq: int
    sender: str
    text: str
    client_id: str | None
    answers_seq: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A conversation in the database at the end."""

    conversation: int
    owner: str
    last_seq: int
    customer_seq: int
    answered_seq: int


@dataclass(slots=True)
class Ledger:
    """Filled by visitors and agents while everything around them dies."""

    sent: dict[str, Sent] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    ack_seconds: list[float] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    reconnects: int = 0
    repeats: int = 0

    def send(self, sent: Sent) -> None:
        self.sent[sent.client_id] = sent

    def acknowledge(self, client_id: str, seq: int, seconds: float) -> None:
        """The server promised that the message is stored under this number."""
        if client_id not in self.numbers:
            self.numbers[client_id] = seq
            self.ack_seconds.append(seconds)
        elif self.numbers[client_id] != seq:
            self.found["changed_numbers"] += 1
        else:
            self.repeats += 1

    def compare(self, messages: Sequence[Stored], endings: Iterable[Ending]) -> None:
        """Read the database against the promises."""
        self._find_lost(messages)
        self._find_strangers(messages)
        by_conversation: defaultdict[int, list[Stored]] = defaultdict(list)
        for message in sorted(messages, key=lambda message: (message.conversation, message.seq)):
            by_conversation[message.conversation].append(message)
        own = {sent.conversation for sent in self.sent.values()}  # the demo shop has a past that nobody sent
        for ending in endings:
            if ending.conversation in own:
                self._judge(by_conversation[ending.conversation], ending)

    def _find_lost(self, messages: Sequence[Stored]) -> None:
        stored = {message.client_id: message for message in messages if message.client_id}
        for client_id, sent in self.sent.items():
            message = stored.get(client_id)
            if client_id in self.numbers:
                expected = (sent.conversation, self.numbers[client_id], sent.text)
                actual = (message.conversation, message.seq, message.text) if message else None
                self.found["lost"] += actual != expected
            elif client_id not in self.refused:
                self.found["unacknowledged"] += 1

    def homes(self) -> dict[str, set[int]]:
        """Where each text that was sent belongs."""
        homes: defaultdict[str, set[int]] = defaultdict(set)
        for sent in self.sent.values():
            homes[sent.text].add(sent.conversation)
        return homes

    def _find_strangers(self, messages: Sequence[Stored]) -> None:
        """A text stands as often as it was sent: one more is a double, and where it was not sent it is foreign."""
        homes = self.homes()
        sent = Counter(one.text for one in self.sent.values())
        copies = Counter(message.text for message in messages if message.text in homes)
        self.found["duplicates"] += sum(max(0, count - sent[text]) for text, count in copies.items())
        for message in messages:
            mine = self.sent.get(message.client_id or "")
            if message.text in homes:
                is_home = (
                    message.conversation == mine.conversation if mine else message.conversation in homes[message.text]
                )
                self.found["foreign"] += not is_home
            elif message.client_id:
                self.found["ghosts"] += 1

    def _judge(self, messages: Sequence[Stored], ending: Ending) -> None:
        numbers = [message.seq for message in messages]
        self.found["gaps"] += numbers != list(range(1, ending.last_seq + 1))
        if ending.owner == "ai" and ending.customer_seq > ending.answered_seq:
            self.found["unanswered"] += 1
        answered, previous = 0, ""
        for message in messages:
            if message.answers_seq is not None:
                self.found["answered_twice"] += message.answers_seq <= answered
                answered = message.answers_seq
            # A takeover and a give-back are system messages, so between a person's word and the AI's stands one.
            self.found["talked_over"] += message.sender == "ai" and previous == "agent"
            if message.sender != "customer":
                previous = message.sender
