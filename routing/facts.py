"""What a routing decision is made from, and what it comes out as. Plain values only."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any, Literal

from cs_platform.chinese import simplified

Answerer = Literal["ai", "person"]
Feeling = Literal["negative", "neutral", "positive"]
ActionKind = Literal["group", "priority", "tag", "card", "notify_group", "notify_duty"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at one turn of a conversation.

    `texts` are the customer's unanswered messages, oldest first. `misses` counts the questions in a row that the
    AI could not answer, this one included once it was tried (`was_missed`). `entry_condition` is the
    hand-to-human condition of the entry that answers, as the manager wrote it; `entry_category` its topics,
    “/” between them. What that condition asks for is looked up when it does: `order_amount` in yuan, and how often
    the entry has answered before (`times_asked`). `clock` is the time of day where the channel's service hours are
    kept.
    """

    texts: tuple[str, ...]
    mode: str = "ai_first"
    misses: int = 0
    misses_allowed: int = 3
    was_missed: bool = False
    entry_condition: str = ""
    entry_category: str = ""
    order_amount: Decimal | None = None
    times_asked: int = 0
    channel: str = ""
    is_open: bool = True
    clock: time | None = None
    intent: str = ""
    intent_confidence: float = 0.0
    feeling: Feeling = "neutral"
    strength: float = 0.0
    hands_over_negative: bool = True
    negative_from: float = 0.6
    customer_level: str = "normal"
    region: str = ""
    page_url: str = ""
    waiting_seconds: float = 0.0
    wait_allowed: float = 120.0

    @property
    def said(self) -> str:
        """All that the customer wrote, in lower case and in simplified characters."""
        return simplified(" ".join(self.texts).lower())


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a decision asks for beside the answer.

    `group` and `notify_group` carry the group's number, `priority` a number, `tag` its text; `card` and
    `notify_duty` carry nothing.
    """

    kind: ActionKind
    value: int | str = ""

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "value": self.value}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at. `failed` names the condition that did not hold, empty when all held."""

    name: str
    fired: bool
    failed: str = ""
    is_rule: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {'yes' if self.fired else f'no ({self.failed})' if self.failed else 'no'}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who answers and why. `rule` names what decided, `trace` what was looked at, `actions` ask for more."""

    answerer: Answerer
    reason: str = ""
    rule: str = ""
    trace: tuple[Step, ...] = ()
    actions: tuple[Action, ...] = ()
