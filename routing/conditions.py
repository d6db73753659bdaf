"""Conditions of routing rules, and the hand-to-human condition of a knowledge entry. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from cs_platform.chinese import simplified
from routing.facts import Facts

_ALWAYS = {"always", "总是", "一律", "是", "yes", "true", "1", "转人工", "必须转人工", "直接转人工"}
_WORDS = re.compile(r"^\s*(?:words?|contains|keywords?|包含|关键词|出现)\s*[:：]\s*(.+)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,，、;；|/]\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """`always`, or any of `words` in what the customer wrote; neither: only a note for agents."""

    is_always: bool = False
    words: tuple[str, ...] = ()

    @property
    def is_executable(self) -> bool:
        return self.is_always or bool(self.words)


def parse_condition(text: str) -> Condition:
    """Read “always” / “总是”, or “words: a, b” / “包含：破损、过敏”, one per line. Other text is a note."""
    words: list[str] = []
    for line in text.splitlines():
        if line.strip().lower().rstrip("。.!！") in _ALWAYS:
            return Condition(is_always=True)
        if match := _WORDS.match(line):
            words += [simplified(word.strip().lower()) for word in _SEPARATORS.split(match.group(1)) if word.strip()]
    return Condition(words=tuple(words))


def wants_person(condition: str, said: str) -> bool:
    """Does this condition hand over a customer who said this?"""
    if not condition:
        return False
    parsed = parse_condition(condition)
    said = simplified(said.lower())
    return parsed.is_always or any(word in said for word in parsed.words)


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
