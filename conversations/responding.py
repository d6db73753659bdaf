"""What to say to a customer's unanswered messages: routing decides, knowledge answers. Nothing is written here."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext

from kb.answering import Answer, answer, answer_entry
from kb.models import Entry
from routing.courtesies import Courtesy, courtesy
from routing.decide import decide
from routing.facts import Decision, Facts
from routing.models import Channel

PERSON_OPTION = "person"


@dataclass(frozen=True, slots=True)
class Question:
    """The unanswered messages, oldest first; `chosen_entry_id` when the last one chose an offered question."""

    texts: tuple[str, ...]
    misses: int = 0
    chosen_entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What happens next. `misses` is the count of misses in a row after this turn."""

    decision: Literal["answer", "clarify", "unknown", "handoff"]
    text: str
    options: tuple[dict[str, str], ...] = ()
    entry_id: int | None = None
    confidence: float = 0.0
    reason: str = ""
    misses: int = 0
    trace: tuple[str, ...] = ()

    def why(self) -> dict[str, Any]:
        """What is kept beside the message, for the manager who asks why."""
        return {
            "decision": self.decision,
            "confidence": round(self.confidence, 3),
            "reason": self.reason,
            "trace": list(self.trace),
        }


def respond(question: Question, channel: Channel) -> Response:
    """Decide what to do with a question on a channel: answer, ask back, admit not to know, or hand over."""
    facts = Facts(
        texts=question.texts,
        is_ai_enabled=channel.is_ai_enabled,
        misses=question.misses,
        misses_allowed=channel.misses_before_handoff,
    )
    decision = decide(facts)
    if decision.answerer == "person":
        return _hand_over(decision, question.misses)
    found = _find_answer(question)
    if found.band != "answer" and (kind := courtesy(question.texts)):
        return Response("answer", _return_courtesy(kind), reason="small talk", misses=question.misses)
    misses = question.misses + 1 if found.missed else 0 if found.band == "answer" else question.misses
    condition = _entry_condition(found.entry_id) if found.band == "answer" else ""
    decision = decide(replace(facts, misses=misses, was_missed=found.missed, entry_condition=condition))
    if decision.answerer == "person":
        return replace(_hand_over(decision, misses), entry_id=found.entry_id, confidence=found.confidence)
    return _reply(found, misses, decision)


def _find_answer(question: Question) -> Answer:
    if question.chosen_entry_id is not None and (chosen := answer_entry(question.chosen_entry_id)):
        return chosen
    return answer("\n".join(question.texts))


def _return_courtesy(kind: Courtesy) -> str:
    if kind == "thanks":
        return gettext("You're welcome! I am here whenever something comes up.")
    return gettext("I'm here. Just tell me what it is about.")


def _entry_condition(entry_id: int | None) -> str:
    if entry_id is None:
        return ""
    return Entry.objects.filter(pk=entry_id).values_list("handoff", flat=True).first() or ""


def _hand_over(decision: Decision, misses: int) -> Response:
    return Response("handoff", "", reason=decision.reason, misses=misses, trace=decision.trace)


def _reply(found: Answer, misses: int, decision: Decision) -> Response:
    options = tuple({"id": f"entry:{option.entry_id}", "text": option.text} for option in found.options)
    text = found.text
    if found.band == "clarify":
        text = gettext("Do you mean one of these?")
        options += (person_option(),)
    elif found.band == "unknown":
        text = gettext(
            "I have no reliable answer to that, and I do not want to guess. You could put it another way, or"
            " talk to a person."
        )
        options = (person_option(),)
    return Response(
        decision=found.band,
        text=text,
        options=options,
        entry_id=found.entry_id,
        confidence=found.confidence,
        reason=found.reason,
        misses=misses,
        trace=decision.trace,
    )


def person_option() -> dict[str, str]:
    return {"id": PERSON_OPTION, "text": gettext("Talk to a person")}


def offered_entry_id(option_id: str) -> int | None:
    """The entry that an option stands for, or None."""
    kind, _, number = option_id.partition(":")
    return int(number) if kind == "entry" and number.isascii() and number.isdigit() else None
