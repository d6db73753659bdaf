"""What a routing decision is made from, and what it comes out as. Plain values only."""

from dataclasses import dataclass
from typing import Literal

Answerer = Literal["ai", "person"]
Reason = Literal["", "customer_request", "repeated_miss", "entry_condition", "ai_disabled"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at one turn of a conversation.

    `texts` are the customer's unanswered messages, oldest first. `misses` counts the questions in a row that the
    AI could not answer, this one included once it was tried (`was_missed`). `entry_condition` is the
    hand-to-human condition of the entry that answers, as the manager wrote it.
    """

    texts: tuple[str, ...]
    is_ai_enabled: bool = True
    misses: int = 0
    misses_allowed: int = 3
    was_missed: bool = False
    entry_condition: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who answers and why. `rule` names the rule that fired; `trace` what was looked at, in order."""

    answerer: Answerer
    reason: Reason = ""
    rule: str = ""
    trace: tuple[str, ...] = ()
