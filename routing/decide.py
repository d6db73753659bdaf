"""Who answers this turn: the AI or a person. Pure: facts in, decision out."""

from collections.abc import Callable

from routing.conditions import wants_person
from routing.facts import Decision, Facts, Reason
from routing.phrases import asks_for_person


def decide(facts: Facts) -> Decision:
    """The first rule that asks for a person wins; otherwise the AI answers.

    Called before the AI looks for an answer, and once more with what it found (`was_missed`,
    `entry_condition`). No model takes part: a hand-over is guaranteed.
    """
    trace: list[str] = []
    for name, reason, applies in _RULES:
        fired = applies(facts)
        trace.append(f"{name}: {'yes' if fired else 'no'}")
        if fired:
            return Decision("person", reason, name, tuple(trace))
    return Decision("ai", trace=tuple(trace))


def _is_ai_off(facts: Facts) -> bool:
    return not facts.is_ai_enabled


def _is_person_wanted(facts: Facts) -> bool:
    return any(asks_for_person(text) for text in facts.texts)


def _has_missed_too_often(facts: Facts) -> bool:
    return facts.was_missed and facts.misses >= facts.misses_allowed


def _does_entry_want_person(facts: Facts) -> bool:
    return wants_person(facts.entry_condition, " ".join(facts.texts))


_RULES: tuple[tuple[str, Reason, Callable[[Facts], bool]], ...] = (
    ("channel without AI", "ai_disabled", _is_ai_off),
    ("customer asks for a person", "customer_request", _is_person_wanted),
    ("knowledge entry asks for a person", "entry_condition", _does_entry_want_person),
    ("too many misses in a row", "repeated_miss", _has_missed_too_often),
)
