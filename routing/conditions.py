"""Conditions of routing rules, and the hand-to-human condition of a knowledge entry. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from cs_platform.handoff import Known, parse_handoff
from routing.facts import Facts


def wants_person(condition: str, known: Known) -> bool:
    """Does the hand-to-human condition of an entry hand over in this situation?"""
    return parse_handoff(condition).holds(known)


# --- Conditions of routing rules: an operator over one plain value ----------------------------


@dataclass(frozen=True, slots=True)
class Check:
    """What one condition of a rule demands of one fact."""

    subject: str
    operator: str
    wanted: Any

    def holds(self, values: Mapping[str, Any]) -> bool:
        return OPERATORS[self.operator](values[self.subject], self.wanted)


def values_of(facts: Facts) -> dict[str, Any]:
    """The facts that rules may ask about, by name."""
    return {
        "channel": facts.channel,
        "hours": "inside" if facts.is_open else "outside",
        "clock": facts.clock,
        "intent": facts.intent,
        "feeling": facts.feeling,
        "anger": facts.strength if facts.feeling == "negative" else 0.0,
        "said": facts.said,
        "customer_level": facts.customer_level,
        "region": facts.region,
        "page_url": facts.page_url.lower(),
        "waiting_seconds": facts.waiting_seconds,
        "misses": facts.misses,
        "entry_category": facts.entry_category,
    }


def first_failure(checks: Sequence[Check], values: Mapping[str, Any]) -> Check | None:
    """The first condition that does not hold; None when the rule fits."""
    return next((check for check in checks if not check.holds(values)), None)


def _is_between(clock: time | None, wanted: tuple[time, time]) -> bool:
    """From a time until another one of the same day, or of the next one."""
    if clock is None:
        return False
    starts, ends = wanted
    return starts <= clock < ends if starts < ends else clock >= starts or clock < ends


def _is_below(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(wanted + "/")


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "is_not": lambda value, wanted: value != wanted,
    "one_of": lambda value, wanted: value in wanted,
    "at_least": lambda value, wanted: value >= wanted,
    "contains": lambda value, wanted: wanted in value,
    "contains_any": lambda value, wanted: any(word in value for word in wanted),
    "contains_all": lambda value, wanted: all(word in value for word in wanted),
    "between": _is_between,
    "below": _is_below,
}
