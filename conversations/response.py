"""A customer's turn as it comes to be answered, and what the answer is. Plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext

from conversations.walks import Walking, WalkMove
from routing.facts import Action, Step

PERSON_OPTION = "person"
NONE_OPTION = "none"
NONE_OF_THESE = "none of these"  # the reason of what is said then
SMALL_TALK = "small talk"  # the reason of a reply to a courtesy: nothing was asked, nothing answered


@dataclass(frozen=True, slots=True)
class Question:
    """The unanswered messages, oldest first; `chosen_entry_id` when the last one chose an offered question.

    `walking` is the decision tree that the conversation is in, `chosen_option` the option that was clicked.
    The rest is what routing rules may ask about: who writes, from which page, and since when an answer is due.
    """

    texts: tuple[str, ...]
    misses: int = 0
    chosen_entry_id: int | None = None
    conversation_id: int | None = None
    customer_id: int | None = None
    customer_level: str = "normal"
    region: str = ""
    page_url: str = ""
    page_title: str = ""
    waiting_since: datetime | None = None
    has_attachments: bool = False
    walking: Walking | None = None
    chosen_option: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What happens next. `misses` is the count of misses in a row after this turn.

    `walk` is how a decision tree moves with it: kept together with the reply, or not at all.
    """

    decision: Literal["answer", "clarify", "unknown", "handoff"]
    text: str
    options: tuple[dict[str, str], ...] = ()
    entry_id: int | None = None
    variant_id: int | None = None
    confidence: float = 0.0
    reason: str = ""
    misses: int = 0
    trace: tuple[Step, ...] = ()
    rule: str = ""
    actions: tuple[Action, ...] = ()
    intent: str = ""
    intent_confidence: float = 0.0
    feeling: str = "neutral"
    strength: float = 0.0
    is_rephrased: bool = False
    is_personal: bool = False  # values of this very customer were filled in
    speaker: str = ""
    walk: WalkMove | None = None

    def why(self) -> dict[str, Any]:
        """What is kept beside the message, for the manager who asks why."""
        return {
            "decision": self.decision,
            "confidence": round(self.confidence, 3),
            "reason": self.reason,
            "rule": self.rule,
            "intent": self.intent,
            "sentiment": self.feeling,
            "strength": round(self.strength, 2),
            "actions": [action.as_json() for action in self.actions],
            "trace": [str(step) for step in self.trace],
            **({"rephrased": True} if self.is_rephrased else {}),
            **({"flow": self.walk.tree.name, "step": self.walk.state.step} if self.walk else {}),
        }


def person_option() -> dict[str, str]:
    return {"id": PERSON_OPTION, "text": gettext("Talk to a person")}


def none_option() -> dict[str, str]:
    return {"id": NONE_OPTION, "text": gettext("None of these")}
